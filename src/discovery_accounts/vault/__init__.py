"""The key ring outside the database, sealed values bound to their row, and keyed hashes."""
