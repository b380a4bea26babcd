"""Who did what to claims, evidence, sources, feeds and texts: read from what the database keeps."""

from tracker.history.acts import Act, Asked, acts
from tracker.history.kinds import KINDS

__all__ = ["KINDS", "Act", "Asked", "acts"]
