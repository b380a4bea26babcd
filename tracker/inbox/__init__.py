"""What waits for an editor, why it was proposed, and what people decided."""
