"""`manage.py write_demo_access`: the demo people and partner systems exist, and var/demo.json lists them."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from synthetic.access import ensure_access, write


class Command(BaseCommand):
    help = "Add the demonstration's people and partner systems if they are missing, and write var/demo.json."

    def handle(self, *args: Any, **options: Any) -> None:
        content = ensure_access()
        path = settings.VAR_DIR / "demo.json"
        write(path, content)
        if options["verbosity"]:
            people, clients = len(content["people"]), len(content["clients"])
            self.stdout.write(f"{people} people and {clients} partner systems can sign in: see {path}")
