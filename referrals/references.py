"""References are drawn at random, so one that somebody has already is drawn now and then: at the size of LLR once in
half a million times, which is about once a year."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.db import IntegrityError

Result = TypeVar("Result")


def drawn_again(act: Callable[..., Result]) -> Callable[..., Result]:
    """Do it once more when its reference was taken. It must have given up everything it did by then."""

    @wraps(act)
    def run(*arguments: Any, **named: Any) -> Result:
        try:
            return act(*arguments, **named)
        except IntegrityError as error:
            if not _is_taken(error):
                raise
            return act(*arguments, **named)

    return run


def _is_taken(error: IntegrityError) -> bool:
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    return "_reference_" in constraint
