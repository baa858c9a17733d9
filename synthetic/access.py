"""Who and what can use the demonstration: demo people, demo partner systems, and var/demo.json that lists them.

The password and the secrets are public on purpose, so they work in demo mode only: production refuses to start while
demo accounts are open.
"""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.passwords import DEMO_PASSWORD
from api.actions import register_client
from api.models import Client
from synthetic.errors import NotReady
from synthetic.phonebook import organisations_by_key
from synthetic.staff import SYNTHETIC, ensure_people, listed

DEMO_SECRET = "demonstration-only-home-first-partner-secret"  # noqa: S105  public, like the password
OWNER_ONLY = 0o600


@transaction.atomic
def ensure_access() -> dict[str, Any]:
    """Demo people and clients, added if missing; answers what the file says."""
    if not settings.DEMO:
        raise NotReady("Demo accounts exist in demo mode only. Use the demo settings, or add people in the admin.")
    people = ensure_people()
    return {
        "base_url": settings.BASE_URL,
        "people": [_person(user, entry) for user, entry in zip(people, listed()["person"], strict=True)],
        "clients": ensure_clients(),
    }


def _person(user: User, entry: dict[str, Any]) -> dict[str, str]:
    return {"email": user.email, "password": DEMO_PASSWORD, "role": entry["roles"][0]["role"], "name": user.name}


def ensure_clients() -> list[dict[str, str]]:
    """The partner systems of the file, registered if missing."""
    organisations = organisations_by_key()
    known = set(Client.objects.filter(is_demo=True).values_list("client_id", flat=True))
    written = []
    for entry in listed()["client"]:
        organisation = organisations[entry["organisation"]]
        if entry["client_id"] not in known:
            register_client(
                by=SYNTHETIC,
                name=entry["name"],
                organisation=organisation,
                scopes=entry["scopes"],
                client_id=entry["client_id"],
                secret=DEMO_SECRET,
                is_demo=True,
            )
        written.append(
            {"client_id": entry["client_id"], "client_secret": DEMO_SECRET, "organisation": organisation.name}
        )
    return written


def write(path: Path, content: dict[str, Any]) -> None:
    """Write the file whole or not at all, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2, ensure_ascii=False)
        file.write("\n")
    draft.replace(path)
