"""Tells followers by e-mail what changed, at least once and each in their rhythm."""
