"""What publishers changed: edits classed, bursts folded, and tracked sentences they took out."""
