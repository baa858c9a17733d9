"""A day at the bed board (J7), as the bed manager and others see it."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Access
from directory.models import Organisation
from homefirst.actions import beds as actions
from homefirst.actions import wards as ward_actions
from homefirst.models import Bed, CapacityChange, Spell, Ward
from referrals import actions as referral_actions
from referrals.states import Status
from tests.factories import directory, patients, people
from tests.factories import homefirst_beds as make
from tests.factories.referrals import Cast, make_referral, offer_of

pytestmark = pytest.mark.django_db
SESSION_STATEMENTS = 3


def words(response) -> str:
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).replace("&#39;", "'").replace("&amp;", "&").split())


@pytest.fixture
def trust(db) -> Organisation:
    directory.reference_data()
    call_command("load_home_first", verbosity=0)
    return Organisation.objects.get(ods_code="RT5")


@pytest.fixture
def by(trust):
    return people.actor("bed_manager", at=trust)


@pytest.fixture
def browser(as_, by) -> Client:
    return as_(by)


def bed(slug: str, number: int) -> Bed:
    return Bed.objects.get(ward__slug=slug, number=number)


def row_of(page: str, start: str) -> str:
    return page[page.index(start) :][:160]


def test_the_board_has_88_beds_in_four_hospitals_beside_the_places_at_home(browser):
    page = words(browser.get(reverse("beds")))
    assert "Community hospitals: 88 beds" in page
    assert "Places at home: 58 places" in page
    assert "Reablement beds in care homes: 14 beds" in page
    for name, number in (("Fielding Palmer", 13), ("Melton Mowbray", 17), ("Rutland Memorial", 22), ("St Luke’s", 36)):
        assert f"{name} Hospital {number} beds in all" in page
    assert page.count("Palliative care 1 0 0 0 0 0 1 0 %") == 4
    assert "Stroke rehabilitation 20 0 0 0 0 0 20 0 %" in page
    assert "All together 88 0 0 0 0 0 88 0 %" in page
    assert "Occupancy is the beds in use divided by the beds that are open" in page


def test_occupancy_leaves_closed_beds_out_and_counts_beds_in_use(browser, by):
    for number in (1, 2, 3):
        make.occupied(bed("fielding-palmer", number), by=by)
    for number in range(5, 12):
        ward_actions.close_bed(bed_id=bed("fielding-palmer", number).pk, by=by, reason="No staff")
    make.reserved(bed("fielding-palmer", 4), by=by)
    actions.change_leaving(spell_id=Spell.objects.filter(kind="occupied").first().pk, by=by, leaving_on=make.today())
    page = words(browser.get(reverse("beds")))
    assert "Rehabilitation and care of the elderly 1 1 3 1 0 7 12 60 %" in page


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
    assert f"{by.name}, Bed manager gave somebody Bed 17 of St Luke’s Hospital" in words(answer)


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


def test_the_ward_says_that_its_board_is_right(browser, by):
    assert "Never confirmed" in words(browser.get(reverse("ward", args=["st-lukes"])))
    assert browser.post(reverse("ward_confirm", args=["st-lukes"])).status_code == 303
    assert Ward.objects.get(slug="st-lukes").confirmed_at
    assert "Confirmed just now" in words(browser.get(reverse("ward", args=["st-lukes"]))).replace(
        "1 second ago", "just now"
    )


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


def test_others_see_that_a_bed_is_in_use_but_not_by_whom(as_, by, trust):
    stay = make.occupied(bed("st-lukes", 17), by=by)
    elsewhere = people.actor("ward_coordinator", at=Organisation.objects.get(ods_code="RWE"))
    page = words(as_(elsewhere).get(reverse("ward", args=["st-lukes"])))
    assert "In use" in page
    assert "Somebody" in page
    assert stay.patient.family_name.upper() not in page
    assert "Leaves" not in page
    for name, argument in (("bed_release", stay.pk), ("bed_reserve", stay.bed_id)):
        assert as_(elsewhere).get(reverse(name, args=[argument])).status_code == 403
    assert as_(people.actor("commissioner")).get(reverse("beds")).status_code == 403


def test_who_was_shown_is_logged(browser, by):
    stay = make.occupied(bed("st-lukes", 17), by=by)
    browser.get(reverse("ward", args=["st-lukes"]))
    assert Access.objects.filter(patient_id=stay.patient_id, what="ward", actor_id=by.id).count() == 1
    browser.get(reverse("bed_release", args=[stay.pk]))
    assert Access.objects.filter(patient_id=stay.patient_id, what="bed").count() == 1


def test_another_organisation_cannot_change_a_bed(as_, by):
    stay = make.occupied(bed("st-lukes", 17), by=by)
    stranger = people.actor("bed_manager", at=Organisation.objects.get(ods_code="RWE"))
    assert as_(stranger).get(reverse("bed_release", args=[stay.pk])).status_code == 409
    refused = as_(stranger).post(reverse("bed_release", args=[stay.pk]), {"version": 1, "destination": "usual_home"})
    assert refused.status_code == 403
    assert "run by another organisation" in words(refused)
    assert as_(stranger).get(reverse("change_propose", args=["st-lukes"])).status_code == 403


def test_numbers_can_be_downloaded_without_names(browser, by):
    stay = make.occupied(bed("st-lukes", 17), by=by)
    text = browser.get(reverse("beds_export")).content.decode()
    assert "St Luke’s Hospital,Community hospital ward,Stroke rehabilitation,20,20,19,0,1,0,0,0,5.0" in text
    assert stay.patient.family_name not in text


@pytest.fixture
def cast(db) -> Cast:
    return Cast()


@pytest.fixture
def virtual(cast) -> Ward:
    return make.virtual_ward(runs=cast.trust)


def wait(cast, **more):
    """Somebody on a waiting list, after a fall."""
    referral = make_referral(cast, Status.OFFERED, **more)
    return referral_actions.waitlist_offer(referral_id=referral.pk, offer_id=offer_of(referral).pk, by=cast.nurse)


def test_free_places_and_people_who_wait_are_brought_together(as_, cast, virtual):
    manager = make.manager(virtual)
    browser = as_(manager)
    waits = [wait(cast) for _ in range(3)]
    unplaced = make_referral(cast, Status.ACCEPTED)
    page = words(browser.get(reverse("beds")))
    assert "4 people waiting would fit a free bed or place" in page
    assert f"{virtual.name}: 3 free, 4 could go there" in page
    found = words(browser.get(reverse("bed_matches")))
    assert waits[0].patient.display_name in found
    assert "On a service’s waiting list" in found
    assert "Accepted, and no service found yet" in found
    assert "Takes people with: fallen, with no apparent serious injury" in found
    assert Access.objects.filter(patient_id=unplaced.patient_id, what="beds_matches").exists()
    place = virtual.beds.get(number=1)
    form = browser.get(f"{reverse('bed_reserve', args=[place.pk])}?referral={waits[0].pk}").content.decode()
    assert f'value="{waits[0].reference}"' in form
    make.occupied(place, by=manager, whom=waits[0].patient)
    assert waits[0].patient.display_name not in words(browser.get(reverse("bed_matches")))
    assert "3 people waiting" in words(browser.get(reverse("beds")))


def test_somebody_whom_no_ward_takes_is_not_matched(as_, cast, virtual):
    waits = wait(cast, needs=("housing",))
    assert waits.patient.display_name not in words(as_(make.manager(virtual)).get(reverse("bed_matches")))


def test_people_whose_record_the_reader_may_not_open_are_neither_shown_nor_counted(as_, cast, virtual):
    waits = wait(cast)
    browser = as_(people.actor("bed_manager"))
    assert waits.patient.display_name not in words(browser.get(reverse("bed_matches")))
    assert "waiting would fit" not in words(browser.get(reverse("beds")))


def test_nobody_waits_says_so(browser):
    assert "Nobody who waits fits a free place" in words(browser.get(reverse("bed_matches")))


def test_the_parts_that_refresh_are_parts(browser):
    for name, args in (("bed_rows", []), ("ward_rows", ["st-lukes"])):
        answer = browser.get(reverse(name, args=args))
        assert answer.status_code == 200
        assert b"<html" not in answer.content


def test_there_is_no_such_ward(browser):
    assert browser.get(reverse("ward", args=["nowhere"])).status_code == 404
    assert browser.post(reverse("ward_confirm", args=["nowhere"])).status_code == 404
    assert browser.get(reverse("change_propose", args=["nowhere"])).status_code == 404


@pytest.mark.parametrize(("name", "args"), [("beds", []), ("ward", ["st-lukes"]), ("bed_matches", [])])
def test_a_board_costs_at_most_six_statements_beside_the_session(
    browser, by, name, args, django_assert_max_num_queries
):
    for number in (1, 17, 18):
        make.occupied(bed("st-lukes", number), by=by, wanted=None)
    browser.get(reverse(name, args=args))
    with django_assert_max_num_queries(6 + SESSION_STATEMENTS):
        browser.get(reverse(name, args=args))
