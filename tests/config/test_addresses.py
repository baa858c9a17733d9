"""Addresses in pages: an id is put into the address of its page as Django would, and nothing else is."""

from uuid import UUID, uuid4

import pytest
from django.urls import NoReverseMatch, reverse

from config.jinja2 import url


@pytest.mark.parametrize("name", ["discharge_case", "discharge_ready", "patient", "crisis_episode"])
@pytest.mark.parametrize("kind", [UUID, str])
def test_an_id_leads_where_django_says(name, kind):
    for _ in range(2):
        subject = uuid4()
        assert url(name, kind(str(subject))) == reverse(name, args=[subject])


def test_other_addresses_are_worked_out_each_time():
    subject = uuid4()
    assert url("beds") == reverse("beds")
    assert url("ward", "st-lukes") == reverse("ward", args=["st-lukes"])
    assert url("discharge_assess", subject, "going-home") == reverse("discharge_assess", args=[subject, "going-home"])
    assert url("discharge_case", subject_id=subject) == reverse("discharge_case", args=[subject])


@pytest.mark.parametrize(
    ("name", "given"),
    [("nowhere", str(UUID(int=0))), ("beds", str(UUID(int=0))), ("patient", f"{UUID(int=0)}\n"), ("patient", "../x")],
)
def test_what_leads_nowhere_fails(name, given):
    with pytest.raises(NoReverseMatch):
        url(name, given)
