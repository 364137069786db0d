"""An imitation of a PAIA server, in front of the same records as the imitated Koha."""
