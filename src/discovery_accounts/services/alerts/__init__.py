"""Alerts: what somebody wants to hear of when it is new, and how that is found and told."""
