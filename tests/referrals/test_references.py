"""A reference drawn at random that somebody has already: another is drawn, and nobody notices."""

import pytest
from django.db import IntegrityError

from referrals.models import Referral, Step
from referrals.references import drawn_again
from tests.factories.referrals import draw_references

pytestmark = pytest.mark.django_db


def references() -> list[str]:
    return sorted(Referral.objects.values_list("reference", flat=True))


def test_a_taken_reference_is_drawn_again(desk, monkeypatch):
    draw_references(monkeypatch, "AAB")
    assert desk.send().reference == "HF-AAAA-AAAA"
    assert desk.send().reference == "HF-BBBB-BBBB"
    assert Step.objects.filter(verb="submit").count() == 2


def test_it_is_not_drawn_for_ever(desk, monkeypatch):
    draw_references(monkeypatch, "AAA")
    desk.send()
    with pytest.raises(IntegrityError):
        desk.send()
    assert references() == ["HF-AAAA-AAAA"]


def test_another_clash_is_told():
    tries = []

    @drawn_again
    def clash() -> None:
        tries.append(1)
        raise IntegrityError("something else")

    with pytest.raises(IntegrityError):
        clash()
    assert len(tries) == 1
