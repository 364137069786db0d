"""Work by the clock: one runner for every job, with a lock, a budget and a report."""
