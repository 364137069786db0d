"""Favourites: lists of records, kept readable without the catalogue."""
