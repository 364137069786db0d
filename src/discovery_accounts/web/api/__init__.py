"""The JSON API of ``/api/v1``: requests and answers as the folder ``description`` says."""
