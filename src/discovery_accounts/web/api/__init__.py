"""The JSON API of ``/api/v1``: requests and answers as ``openapi.yaml`` describes them."""
