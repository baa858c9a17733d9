"""What a refusal is: an error of this class, its code and field, a sentence for the user, and no row that differs."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from audit.errors import DomainError
from audit.models import Event
from patients.models import Relationship
from referrals import models

ROWS = (*(getattr(models, name) for name in models.__all__), Relationship, Event)


def rows() -> dict[str, list[dict[str, Any]]]:
    """Everything that an action on a referral could have written."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in ROWS}


def refused(
    what: Callable[..., object], error: type[DomainError], sentence: str, code: str = "", field: str = "", **given: Any
) -> None:
    """The action says no, in these words, and leaves everything as it was."""
    before = rows()
    with pytest.raises(error, match=re.escape(sentence)) as told:
        what(**given)
    assert (told.value.code, told.value.field) == (code or error.code, field or None)
    assert rows() == before
