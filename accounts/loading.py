"""Loads the roles from data/roles.toml: what the file says is what people may do."""

import tomllib
from collections import Counter
from pathlib import Path

from django.db import transaction

from accounts.models import Role
from accounts.roles import Permission

ROLES = Path(__file__).parent / "data" / "roles.toml"


def read_roles(path: Path = ROLES) -> dict[str, dict[str, object]]:
    """The roles by slug; an unknown permission or a missing word stops the load with the line to mend."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    known = {permission.value for permission in Permission}
    for slug, role in data.items():
        unknown = sorted(set(role["permissions"]) - known)
        if unknown:
            raise ValueError(f"Role {slug} in {path.name} lists unknown permissions: {', '.join(unknown)}.")
    return data


@transaction.atomic
def load_roles(path: Path = ROLES) -> Counter[str]:
    """Make the table what the file says. A role no longer listed keeps its row, for history, but may do nothing."""
    outcome: Counter[str] = Counter()
    wanted = read_roles(path)
    for slug, role in wanted.items():
        outcome[_load(slug, role)] += 1
    dropped = Role.objects.exclude(slug__in=wanted).exclude(permissions=[])
    outcome["emptied"] = dropped.update(permissions=[])
    return outcome


def _load(slug: str, data: dict[str, object]) -> str:
    values = {
        "name": data["name"],
        "description": data["description"],
        "permissions": sorted(data["permissions"]),
        "team_scoped": data.get("team_scoped", False),
    }
    role = Role.objects.filter(slug=slug).first()
    if role is None:
        Role.objects.create(slug=slug, **values)
        return "added"
    if all(getattr(role, field) == value for field, value in values.items()):
        return "unchanged"
    Role.objects.filter(slug=slug).update(**values)
    return "changed"
