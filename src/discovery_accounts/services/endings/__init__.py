"""How accounts end: by time, with warnings and a grace; by the person, at once; and what is left of them: nothing."""
