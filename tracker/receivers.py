"""Hears of stored versions and rings for the work that follows."""
