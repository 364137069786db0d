"""Log lines, redaction, the request id and metrics: what IT sees of the house at work."""
