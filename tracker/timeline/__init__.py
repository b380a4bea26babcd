"""The timeline of a story: its evidence folded into statements, counted, narrowed and drawn."""
