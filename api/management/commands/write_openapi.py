"""`manage.py write_openapi`: write docs/openapi.json, the copy that is read without a running portal."""

from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand

from api.schema import document


class Command(BaseCommand):
    help = "Write the OpenAPI document to docs/openapi.json. A test says when it is out of date."

    def handle(self, **_: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "openapi.json"
        path.write_bytes(orjson.dumps(document(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        self.stdout.write(f"{path.name} is up to date.")
