"""The same form sent twice is known; a refusal stands beside its box; what was seen travels with the form."""

import pytest
from django import forms
from django.http import QueryDict

from audit.errors import Invalid
from audit.ids import new_id
from pages.forms import SeenForm, show_refusal, text
from pages.sending import is_repeated, remember, see_other


def said(words: str) -> QueryDict:
    return QueryDict(words)


def test_after_a_post_comes_a_get():
    answer = see_other("/crisis/")
    assert (answer.status_code, answer.url) == (303, "/crisis/")


def test_the_same_words_to_the_same_thing_by_the_same_person_are_repeated():
    case = new_id()
    assert is_repeated(said("note=Yes"), "nurse", case, 3) is None
    remember(said("note=Yes&csrfmiddlewaretoken=one"), "nurse", case, 3)
    assert is_repeated(said("csrfmiddlewaretoken=two&note=Yes"), "nurse", case, 3) is True
    assert is_repeated(said("note=No"), "nurse", case, 3) is False
    for other in (("doctor", case, 3), ("nurse", new_id(), 3), ("nurse", case, 4)):
        assert is_repeated(said("note=Yes"), *other) is None


class Until(SeenForm):
    at = forms.TimeField()
    note = text("Note", 20, required=False)
    given = ("note",)
    boxes = {"until": "at"}


@pytest.mark.parametrize(("field", "box"), [("until", "at"), ("note", "note"), ("lost", "__all__"), (None, "__all__")])
def test_a_refusal_stands_beside_the_box_it_is_about(field, box):
    form = Until({"version": "1", "at": "10:00"}, current=1)
    show_refusal(form, Invalid("Too late.", field=field))
    assert form.errors == {box: ["Too late."]}


@pytest.mark.parametrize(("sent", "seen"), [("2", 2), ("", None), ("x", None)])
def test_the_form_carries_the_version_that_was_seen(sent, seen):
    form = Until({"version": sent, "at": "10:00", "note": "Key safe"}, current=3)
    assert form.seen_version == seen
    assert form.typed() == [("At", "10:00"), ("Note", "Key safe")]
    assert Until(current=3)["version"].value() == 3


def test_an_action_is_given_what_the_form_says_it_takes():
    form = Until({"version": "1", "at": "10:00", "note": "Key safe"}, current=1)
    assert form.is_valid()
    assert form.arguments == {"note": "Key safe"}
