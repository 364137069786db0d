"""The rule book: rules in plain Python, no library, no clock, no network, no database."""
