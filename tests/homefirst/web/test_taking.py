"""One way to take any step in Home First: whoever is second is told what changed, and why what is over is over."""

import pytest
from django.utils import timezone

from audit.models import Access
from homefirst.actions import packages, reablement
from homefirst.models import Act
from homefirst.states import DischargeStatus
from homefirst.views import taking
from patients import actions as records
from patients.models import Patient
from tests.factories.homefirst_discharge import Cast, make_case, task
from tests.factories.homefirst_packages import Market
from tests.factories.homefirst_reablement import Reablers
from tests.factories.referrals import Cast as Referred
from tests.homefirst.web.pages import at, send
from tests.referrals.web.pages import words

pytestmark = pytest.mark.django_db
CHANGED = "This changed since you opened it"
LATE = 409


@pytest.fixture
def team():
    return Reablers(Referred())


def test_what_changed_since_is_shown_with_who_did_it(team, as_):
    episode = team.episode()
    reablement.add_goal(episode_id=episode.pk, by=team.worker, text="Make tea")
    episode.refresh_from_db()
    seen = episode.version
    reablement.review(episode_id=episode.pk, by=team.lead, hours=7, note="Better")
    late = send(as_(team.worker), "reablement_review", episode, version=seen, hours="9", note="My words")
    page = words(late)
    assert late.status_code == LATE
    assert CHANGED in page
    changed = page.split(CHANGED)[1].split("What happened")[0]
    assert "Weekly review" in changed
    assert team.lead.name in changed
    assert "Goal added" not in changed, "that was seen before"
    assert "My words" in page


def test_the_second_half_of_a_double_click_waits_until_the_first_is_remembered(team, as_, monkeypatch):
    episode, nurse = team.episode(), as_(team.worker)
    said = {"version": episode.version, "hours": "9", "note": "Steadier"}
    assert send(nurse, "reablement_review", episode, **said).status_code == 303
    real, not_yet = taking.is_repeated, iter([None, None, None])
    monkeypatch.setattr(taking, "is_repeated", lambda *about: next(not_yet, True) and real(*about))
    assert send(nurse, "reablement_review", episode, **said).status_code == 303
    assert next(not_yet, "all asked") == "all asked"
    assert Act.objects.filter(subject_id=episode.pk, verb="review").count() == 1


def test_something_else_from_an_older_page_of_ones_own_is_not_taken_for_a_double_click(team, as_, monkeypatch):
    monkeypatch.setattr(taking, "A_MOMENT", 0)
    episode, nurse = team.episode(), as_(team.worker)
    seen = episode.version
    assert send(nurse, "reablement_review", episode, version=seen, hours="9", note="Steadier").status_code == 303
    other = send(nurse, "reablement_review", episode, version=seen, hours="7", note="No, better")
    assert other.status_code == LATE
    assert "No, better" in words(other)


def test_a_task_of_a_case_shows_what_happened_to_the_task(as_):
    cast = Cast()
    case = make_case(cast, DischargeStatus.ARRANGING)
    wanted = task(cast, case)
    nurse, store = as_(cast.nurse), as_(cast.equipment)
    when = {"on_day": "1", "on_month": "2", "on_year": str(timezone.localdate().year + 1), "at": "10am"}
    seen = wanted.version
    assert send(store, "discharge_task_move", wanted, note="No van", **when).status_code == 303
    late = send(nurse, "discharge_task_cancel", wanted, version=seen, reason="She has one")
    assert late.status_code == LATE
    assert CHANGED in words(late)
    assert "Moved a task to another time" in words(late)
    assert "She has one" in words(late)


def test_a_provider_is_not_told_what_others_did(as_):
    market = Market()
    package = market.asked()
    seen = package.version
    answer = market.offer(package, by=market.rival)
    packages.choose_offer(package_id=package.pk, answer_id=answer.pk, by=market.broker)
    late = send(as_(market.provider), "package_answer", package, version=seen, answer="no_hours", note="Sorry")
    assert late.status_code == LATE
    page = words(late)
    assert CHANGED not in page
    for actor in (market.rival, market.broker):
        assert actor.name not in page
        assert actor.organisation_name not in page


def test_what_is_over_says_why_before_anything_is_typed(team, as_):
    episode = team.episode()
    reablement.end(episode_id=episode.pk, by=team.lead, outcome="same", avoided_admission="no")
    page = as_(team.worker).get(at("reablement_review", episode))
    assert page.status_code == LATE
    assert "This is not possible now. This episode is now “Ended”." in words(page)


def test_what_was_typed_wrongly_for_what_is_over_can_be_copied(team, as_):
    episode = team.episode()
    reablement.end(episode_id=episode.pk, by=team.lead, outcome="same", avoided_admission="no")
    page = send(as_(team.worker), "reablement_review", episode, hours="many", note="My words")
    assert "It was not saved" in words(page)
    assert "My words" in words(page)
    assert "There is a problem" not in words(page), "no box is there to put right"


def test_a_reason_leads_back_and_every_look_after_it_says_so(team, as_):
    episode = team.episode()
    Patient.objects.filter(pk=episode.patient_id).update(restricted=True)
    worker, path = as_(team.worker), at("reablement_episode", episode)
    closed = worker.post(at("reablement_hours", episode), {"version": 1, "hours_before": "2"})
    assert closed.status_code == 403
    assert episode.referral.reference in words(closed)
    records.open_glass(by=team.worker, patient_id=episode.patient_id, reason="Caring for the person now")
    name = Patient.objects.get(pk=episode.patient_id).family_name.upper()
    assert name in words(worker.get(path))
    looks = Access.objects.filter(actor_id=team.worker.id, patient_id=episode.patient_id, what="reablement")
    assert set(looks.values_list("outcome", flat=True)) == {Access.Outcome.BREAK_GLASS}
