"""Loads wards and beds."""


def load() -> None:
    """Create what is missing; nothing that is there changes."""
