"""What each column may give away: identifying, sensitive or neutral, declared beside each room's models.

identifying  points at a person: names, numbers, addresses, tokens
sensitive    says something about a person, or is free text in which somebody may
neutral      neither: codes, times, ids of rows

The declaration drives what logs redact and what exports and aggregate pages may carry; a house test refuses a column
that no list names.
"""

import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path

from django.apps import apps


class Privacy(StrEnum):
    IDENTIFYING = "identifying"
    SENSITIVE = "sensitive"
    NEUTRAL = "neutral"


@cache
def declared() -> dict[str, dict[str, Privacy]]:
    """Every declaration: model label -> column -> class. Raises ValueError when a column is declared twice."""
    found: dict[str, dict[str, Privacy]] = {}
    for config in apps.get_app_configs():
        path = Path(config.path) / "privacy.toml"
        if path.exists():
            for model, lists in tomllib.loads(path.read_text()).items():
                found[f"{config.label}.{model}"] = _columns(f"{config.label}.{model}", lists)
    return found


def _columns(label: str, lists: dict[str, list[str]]) -> dict[str, Privacy]:
    columns: dict[str, Privacy] = {}
    for name, fields in lists.items():
        for field in fields:
            if field in columns:
                raise ValueError(f"{label}.{field} is declared twice")
            columns[field] = Privacy(name)
    return columns


@cache
def private_names() -> frozenset[str]:
    """Column names that no log line may carry the value of."""
    neutral = {field for columns in declared().values() for field, kind in columns.items() if kind is Privacy.NEUTRAL}
    private = {
        field for columns in declared().values() for field, kind in columns.items() if kind is not Privacy.NEUTRAL
    }
    return frozenset(private - neutral | {"nhs_number", "password", "client_secret", "authorization"})
