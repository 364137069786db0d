"""OAI-PMH 2.0, for every kind of source that speaks it."""
