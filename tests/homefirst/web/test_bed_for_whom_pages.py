"""A page of a bed that was opened before the bed was kept for somebody: nobody is put into it in another's name."""

import pytest
from django.urls import reverse

from homefirst.actions import beds as actions
from homefirst.models import Spell
from tests.factories import homefirst_beds as make
from tests.factories import patients
from tests.homefirst.web.conftest import bed
from tests.referrals.web.pages import words

pytestmark = pytest.mark.django_db
STROKE = make.Wanted(frozenset({"stroke"}))


def test_whoever_was_named_is_meant_although_the_bed_was_kept_for_another_meanwhile(browser, by, trust):
    kept_for, named = (patients.patient(seen_by=trust) for _ in range(2))
    one = bed("st-lukes", 17)
    make.reserved(one, by=by, whom=kept_for, wanted=STROKE)
    answer = browser.post(
        reverse("bed_occupy", args=[one.pk]),
        {"version": 0, "person": named.nhs_number, "designations": ["stroke"], "source": "hospital"},
    )
    assert answer.status_code == 409
    assert f'value="{named.nhs_number}"' in answer.content.decode(), "what was typed is kept"
    assert not Spell.objects.filter(bed=one, kind="occupied").exists()


def test_who_has_come_is_whom_the_page_showed(browser, by, trust):
    shown, other = (patients.patient(seen_by=trust) for _ in range(2))
    one = bed("st-lukes", 17)
    kept = make.reserved(one, by=by, whom=shown, wanted=STROKE)
    assert shown.family_name.upper() in words(browser.get(reverse("bed_occupy", args=[one.pk])))
    actions.let_go(spell_id=kept.pk, by=by)
    make.reserved(one, by=by, whom=other, wanted=STROKE)
    typed = {"version": 1, "source": "hospital"}
    answer = browser.post(reverse("bed_occupy", args=[one.pk]), typed)
    assert answer.status_code == 409
    assert "kept for somebody else now" in words(answer)
    assert other.family_name.upper() in words(answer)
    assert not Spell.objects.filter(bed=one, kind="occupied").exists()
    for _ in range(2):
        assert browser.post(reverse("bed_occupy", args=[one.pk]), typed | {"version": 2}).status_code == 303
    assert Spell.objects.get(bed=one, kind="occupied").patient_id == other.pk
