"""One text in several outlets: what each changed, and what only an editor can tell."""
