"""Stars and reviews of records, and what staff do about them."""
