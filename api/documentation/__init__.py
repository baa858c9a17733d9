"""What the OpenAPI document says about each endpoint: kept apart from the endpoints, held to them by tests."""
