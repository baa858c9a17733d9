"""Structured logs in one shape: what the portal, Django and Celery say, with nothing personal in it."""

from collections.abc import MutableMapping
from typing import Any

import structlog

from audit.context import known_correlation_id
from audit.privacy import private_names

REDACTED = "(redacted)"


def add_correlation(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Which request or task the line is about."""
    if correlation := known_correlation_id():
        line["correlation_id"] = str(correlation)
    return line


def redact(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Remove the values of identifying and sensitive columns, by name, at any depth."""
    private = private_names()
    return {key: REDACTED if key in private else _inside(value, private) for key, value in line.items()}


def _inside(value: Any, private: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {key: REDACTED if key in private else _inside(part, private) for key, part in value.items()}
    if isinstance(value, list):
        return [_inside(part, private) for part in value]
    return value


def drop_values(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Database errors repeat the row they refused: keep the first line of an exception's words only."""
    if "exception" in line:
        kept = [part for part in str(line["exception"]).splitlines() if not part.startswith(("DETAIL:", "LINE "))]
        line["exception"] = "\n".join(kept)
    return line


SHARED = [
    add_correlation,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(allow=["code", "row", "status_code", "duration_ms"]),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    drop_values,
    redact,
]


def logging_settings(*, as_json: bool, level: str = "INFO") -> dict[str, Any]:
    """Django's LOGGING: one handler on standard error; JSON lines for machines, plain lines for people."""
    renderer: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*SHARED[:1], *SHARED[1:3], *SHARED[4:], structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "portal": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                "foreign_pre_chain": SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "portal"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
        },
    }
