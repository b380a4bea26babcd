"""The search: what was asked, as conditions on the rows; what says it; and what narrows it."""
