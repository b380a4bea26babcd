"""Removal by order: two administrators, nothing left, a tombstone."""
