"""Sending mail: the contract, and the two ways of carrying it out (SMTP, files in a folder)."""
