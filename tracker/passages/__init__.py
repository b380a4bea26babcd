"""Passages: anchored in the version they were read in, found again in later ones."""
