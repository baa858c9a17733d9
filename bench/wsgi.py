"""One process, two handlers: the portal as it is, and below /floor/ Django without any middleware."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.test.utils import override_settings

from config.wsgi import application as portal


class Bare(WSGIHandler):
    """Django with an empty list of middleware."""

    def load_middleware(self, is_async: bool = False) -> None:
        with override_settings(MIDDLEWARE=[]):
            super().load_middleware(is_async)


bare = Bare()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Whoever asks below /floor/ gets the bare handler."""
    handler = bare if environ["PATH_INFO"].startswith("/floor/") else portal
    return handler(environ, start_response)
