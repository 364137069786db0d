"""Changes of the tables, one file each, with a version table of our own beside a host portal's."""
