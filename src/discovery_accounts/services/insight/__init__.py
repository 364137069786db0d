"""What staff see of all members together: counts only, small groups merged (rules 9.5)."""
