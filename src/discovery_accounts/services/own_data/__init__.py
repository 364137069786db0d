"""What is stored about one person: told on a page, at the desk and as an archive (rules 9.2)."""
