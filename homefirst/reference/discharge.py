"""Loads delay reasons, the transfer data set and assessment tools."""


def load() -> None:
    """Create what is missing; nothing that is there changes."""
