"""Loads lots and their contracts."""


def load() -> None:
    """Create what is missing; nothing that is there changes."""
