"""Sources of new items: each kind reads one catalogue's records, a batch at a time, and knows where it goes on."""
