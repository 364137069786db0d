"""Sending mail and text messages: the contracts, and the ways of carrying them out."""
