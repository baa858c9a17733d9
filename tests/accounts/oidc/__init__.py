"""A real OpenID provider for the tests, run by node."""
