"""What universities tell of their people: read, compared, and told to the library where it changed (rules 5)."""
