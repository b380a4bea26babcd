"""What the public may read: by which rules it is published, and what is masked in it."""
