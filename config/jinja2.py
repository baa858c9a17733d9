"""The page templates' environment: loaders, globals and filters, one list of each.

Undefined is chainable because every NHS macro reads optional parameters as `params.a.b`; a page that forgets a value
shows nothing rather than failing, so tests assert on the words that must be there.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader, Undefined

from pages import macros, words
from pages.keeping import drawn_once

IS_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
FILTERS: dict[str, Callable[..., str]] = {
    "local": words.moment,
    "date": words.long_date,
    "short_date": words.short_date,
    "clock_time": words.clock_time,
    "when": lambda then: words.when(then, now()),
    "ago": lambda then: words.ago(then, now()),
    "time_left": lambda due: words.time_left(due, now()),
    "duration": words.duration,
    "iso": words.iso,
    "age": lambda born, died=None: words.age(born, died or now()),
    "nhs_number": words.nhs_number,
}


def environment(*, loader: Any, **options: Any) -> Environment:
    """Called by Django with its template directories as `loader`."""
    env = Environment(
        loader=ChoiceLoader([loader, PackageLoader("nhsuk_frontend_jinja")]),
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
        autoescape=True,
        undefined=ChainableUndefined,
        **{name: value for name, value in options.items() if name not in {"autoescape", "undefined"}},
    )
    env.globals.update(
        url=url,
        static=static,
        now=now,
        drawn_once=drawn_once,
        field_macro=macros.field_macro,
        error_texts=macros.error_texts,
        drawn_from=macros.drawn_from,
        filters_said=macros.filters_said,
        summary_items=macros.summary_items,
        clock_words=words.clock_words,
        count_words=words.count,
    )
    env.filters.update({name: _blank_stays_blank(shown) for name, shown in FILTERS.items()})
    env.filters["count"] = words.count
    return env


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """A path by the name of its URL; one with an id alone is worked out once, because lists link every row."""
    if len(args) == 1 and not kwargs and IS_ID.fullmatch(str(args[0])):
        before, after = _around(name)
        return f"{before}{args[0]}{after}"
    return reverse(name, args=args or None, kwargs=kwargs or None)


@cache
def _around(name: str) -> tuple[str, str]:
    """What stands before and after the id in a path."""
    before, _, after = reverse(name, args=[UUID(int=0)]).partition(str(UUID(int=0)))
    return before, after


def now() -> datetime:
    """The moment of rendering, in UTC."""
    return datetime.now(UTC)


def _blank_stays_blank(shown: Callable[..., str]) -> Callable[..., str]:
    """The filter, answering "" for a value that is missing, so that a page about a half-known person still opens."""

    def shown_if_known(value: Any, *args: Any) -> str:
        return "" if value is None or isinstance(value, Undefined) else shown(value, *args)

    return shown_if_known
