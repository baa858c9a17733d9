"""A day at the bed board (J7): keeping, taking, moving, leaving, closing, and closing several with whom it touches."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from homefirst.actions import beds as actions
from homefirst.models import CapacityChange, Spell
from tests.factories import homefirst_beds as make
from tests.factories import patients, people
from tests.homefirst.web.conftest import bed
from tests.referrals.web.pages import words

pytestmark = pytest.mark.django_db


def test_reserve_a_stroke_bed_until_six_and_it_is_free_afterwards(browser, by, trust):
    whom = patients.patient(seen_by=trust)
    stroke = bed("st-lukes", 17)
    tomorrow = make.today() + timedelta(days=1)
    answer = browser.post(
        reverse("bed_reserve", args=[stroke.pk]),
        {
            "version": 0,
            "person": whom.nhs_number,
            "designations": ["stroke"],
            "until_on_day": tomorrow.day,
            "until_on_month": tomorrow.month,
            "until_on_year": tomorrow.year,
            "until": "6pm",
        },
    )
    assert answer.status_code == 303, words(answer)
    spell = Spell.objects.get(bed=stroke)
    here = timezone.localtime(spell.span.upper)
    assert (here.date(), here.hour, here.minute) == (tomorrow, 18, 0)
    page = words(browser.get(reverse("ward", args=["st-lukes"])))
    assert "Kept Until tomorrow at 6:00pm" in page
    assert whom.display_name in page
    make.earlier(spell, timedelta(days=2))
    assert "Kept Until" not in words(browser.get(reverse("ward", args=["st-lukes"])))


def test_a_form_keeps_what_was_typed_and_names_the_error(browser):
    answer = browser.post(
        reverse("bed_reserve", args=[bed("st-lukes", 17).pk]),
        {"version": 0, "person": "999 12", "designations": ["stroke"], "until": "teatime"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="999 12"' in page
    assert 'value="teatime"' in page
    assert "An NHS number has 10 digits" in page
    assert "must be a time, like 4:05pm" in page


def test_a_bed_that_does_not_suit_is_refused_beside_what_was_typed(browser, trust):
    whom = patients.patient(seen_by=trust, sex="female")
    answer = browser.post(
        reverse("bed_occupy", args=[bed("st-lukes", 9).pk]),
        {"version": 0, "person": whom.nhs_number, "designations": ["rehabilitation"], "source": "hospital"},
    )
    assert answer.status_code == 422
    assert "It is for stroke rehabilitation; the person needs rehabilitation" in words(answer)
    assert "It is in a male bay" in words(answer)


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({}, 422, "happens twice"),
        ({"which": "first"}, 303, ""),
        ({"which": "second"}, 303, ""),
    ],
)
def test_the_hour_that_autumn_repeats_is_asked_for(as_, trust, monkeypatch, typed, status, said):
    from datetime import UTC, datetime

    from homefirst.forms import beds as forms
    from pages.words import LONDON

    night = datetime(2030, 10, 27, 1, 30, tzinfo=LONDON)
    form = forms.ReserveForm.__new__(forms.ReserveForm)
    form.add_error = lambda field, text: seen.append((field, text))
    seen: list[tuple[str, str]] = []
    found = form._read(night.date(), night.time(), typed.get("which", ""))
    if status == 422:
        assert seen[0][0] == "which"
        assert said in seen[0][1]
    else:
        hour = 0 if typed["which"] == "first" else 1
        assert found == datetime(2030, 10, 27, hour, 30, tzinfo=UTC)


def test_an_hour_that_spring_leaves_out_is_refused():
    from datetime import date, time

    from homefirst.forms import beds as forms

    form = forms.ReserveForm.__new__(forms.ReserveForm)
    seen: list[tuple[str, str]] = []
    form.add_error = lambda field, text: seen.append((field, text))
    assert form._read(date(2030, 3, 31), time(1, 30), "") is None
    assert "does not happen" in seen[0][1]


def test_whoever_was_slower_reads_who_was_quicker(browser, by, as_, trust):
    colleague = people.actor("bed_manager", at=trust)
    whom = patients.patient(seen_by=trust)
    make.occupied(bed("st-lukes", 17), by=by)
    answer = as_(colleague).post(
        reverse("bed_occupy", args=[bed("st-lukes", 17).pk]),
        {"version": 0, "person": whom.nhs_number, "designations": ["stroke"], "source": "home"},
    )
    assert answer.status_code == 409
    page = words(answer)
    assert f"{by.name}, Bed manager gave somebody Bed 17 of St Luke’s Hospital" in page
    assert "This changed since you opened it" in page
    assert "Gave somebody the bed" in page
    assert "The bed is in use now" in page
    assert whom.nhs_number in page, "what was typed can be copied"


def test_from_kept_to_come_to_moved_to_left_to_clean(browser, by):
    stroke, other = bed("st-lukes", 17), bed("st-lukes", 18)
    make.reserved(stroke, by=by, wanted=make.Wanted(frozenset({"stroke"})))
    page = browser.get(reverse("bed_occupy", args=[stroke.pk])).content.decode()
    assert 'name="person"' not in page
    came = browser.post(reverse("bed_occupy", args=[stroke.pk]), {"version": 1, "source": "hospital"})
    assert came.status_code == 303, words(came)
    stay = Spell.objects.get(bed=stroke, kind="occupied")
    assert "Bed 18" in words(browser.get(reverse("bed_move", args=[stay.pk])))
    moved = browser.post(reverse("bed_move", args=[stay.pk]), {"version": 1, "bed": str(other.pk)})
    assert moved.status_code == 303, words(moved)
    stay = Spell.objects.get(bed=other, kind="occupied")
    left = browser.post(reverse("bed_release", args=[stay.pk]), {"version": 1, "destination": "usual_home"})
    assert left.status_code == 303, words(left)
    cleaning = Spell.objects.get(bed=other, kind="cleaning")
    assert browser.post(reverse("bed_cleaned", args=[cleaning.pk]), {"version": 1}).status_code == 303
    assert "20 free" in words(browser.get(reverse("beds"))).lower() or Spell.objects.filter(bed=other).count() == 2


@pytest.mark.parametrize("name", ["bed_let_go", "bed_release", "bed_move", "bed_leaving", "bed_cleaned", "bed_open"])
def test_what_is_not_possible_is_said(browser, by, name):
    spell = make.reserved(bed("fielding-palmer", 1), by=by)
    actions.let_go(spell_id=spell.pk, by=by)
    answer = browser.get(reverse(name, args=[spell.pk]))
    assert answer.status_code == 409
    assert "This is not possible now" in words(answer)


def test_close_and_open_a_bed(browser, by):
    one = bed("fielding-palmer", 1)
    assert browser.post(reverse("bed_close", args=[one.pk]), {"version": 0, "reason": ""}).status_code == 422
    closed = browser.post(reverse("bed_close", args=[one.pk]), {"version": 0, "reason": "Leaking roof"})
    assert closed.status_code == 303
    assert "Leaking roof" in words(browser.get(reverse("ward", args=["fielding-palmer"])))
    spell = Spell.objects.get(bed=one)
    assert browser.post(reverse("bed_open", args=[spell.pk]), {"version": 1}).status_code == 303


def test_propose_to_close_two_beds_see_whom_it_touches_reassign_confirm(browser, by):
    first, second = bed("fielding-palmer", 1), bed("fielding-palmer", 2)
    kept = [make.reserved(one, by=by) for one in (first, second)]
    path = reverse("change_propose", args=["fielding-palmer"])
    assert browser.post(path, {"kind": "close_beds"}).status_code == 422
    asked = browser.post(
        path, {"kind": "close_beds", "things": [str(first.pk), str(second.pk)], "reason": "Two nurses are ill"}
    )
    change = CapacityChange.objects.get()
    assert asked["Location"] == reverse("change", args=[change.pk])
    page = browser.get(asked["Location"])
    assert "2 beds are kept for somebody" in words(page)
    assert all(one.patient.display_name in words(page) for one in kept)
    digest = re.search(r'name="shown" value="(\w+)"', page.content.decode())[1]
    places = {f"place_{one.pk}": str(bed("melton-mowbray", 13 + at).pk) for at, one in enumerate(kept)}
    done = browser.post(asked["Location"], {"shown": digest, **places})
    assert done.status_code == 303, words(done)
    assert Spell.objects.filter(bed__in=[first, second]).at(timezone.now()).filter(kind="closed").count() == 2
    assert Spell.objects.filter(bed__ward__slug="melton-mowbray", kind="reserved").count() == 2
    assert "Confirmed" in words(browser.get(asked["Location"]))
    assert "Two nurses are ill" in words(browser.get(reverse("changes")))


def test_a_picture_that_changed_is_shown_again_and_choices_are_kept(browser, by):
    first, second = bed("fielding-palmer", 1), bed("fielding-palmer", 2)
    stay = make.occupied(first, by=by)
    browser.post(
        reverse("change_propose", args=["fielding-palmer"]),
        {"kind": "close_beds", "things": [str(first.pk), str(second.pk)], "reason": "No staff"},
    )
    path = reverse("change", args=[CapacityChange.objects.get().pk])
    digest = re.search(r'name="shown" value="(\w+)"', browser.get(path).content.decode())[1]
    newcomer = make.occupied(second, by=by)
    wish = bed("rutland-memorial", 18)
    answer = browser.post(path, {"shown": digest, f"place_{stay.pk}": str(wish.pk)})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Nothing has been done" in words(answer)
    assert "2 people are in these beds" in words(answer)
    assert f"place_{newcomer.pk}" in page
    assert f'<option value="{wish.pk}" selected>' in page.replace("  ", " ")
    assert not Spell.objects.filter(kind="closed").exists()


def test_a_choice_that_is_missing_is_named_beside_its_field(browser, by):
    first = bed("fielding-palmer", 1)
    stay = make.occupied(first, by=by)
    browser.post(
        reverse("change_propose", args=["fielding-palmer"]),
        {"kind": "close_beds", "things": [str(first.pk)], "reason": "No staff"},
    )
    path = reverse("change", args=[CapacityChange.objects.get().pk])
    digest = re.search(r'name="shown" value="(\w+)"', browser.get(path).content.decode())[1]
    answer = browser.post(path, {"shown": digest, f"place_{stay.pk}": ""})
    assert answer.status_code == 422
    assert "Bed 1: select another bed" in words(answer)
    assert browser.post(reverse("change_withdraw", args=[CapacityChange.objects.get().pk])).status_code == 303
