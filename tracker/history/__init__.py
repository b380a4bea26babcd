"""Who did what to claims, evidence, sources, feeds and texts: read from what the database keeps."""

from tracker.history.acts import KINDS, Act, Asked, acts

__all__ = ["KINDS", "Act", "Asked", "acts"]
