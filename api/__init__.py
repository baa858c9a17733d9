"""The partner door: REST version 1, OAuth 2.0 clients, idempotent writes."""
