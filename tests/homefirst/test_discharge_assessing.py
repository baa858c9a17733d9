"""One assessment that travels: trusted or not, relied on or challenged, too old, and who may be trusted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership
from audit.errors import DomainError, IllegalTransition, Invalid, NotPermitted
from audit.models import Event
from homefirst.actions import assessing
from homefirst.models import Assessment, Reliance, TrustedAssessor
from homefirst.states import DischargeStatus
from homefirst.steps import NotFound
from tests.factories.homefirst_discharge import Cast, make_case

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]


def answers(cast, **other):
    return {one["code"]: one["choices"][0] for one in cast.tool().questions} | other


def assess(cast, by=None, **said):
    case = make_case(cast, DischargeStatus.PLANNING)
    given = {"tool_id": cast.tool().pk, "answers": answers(cast), "summary": "Manages with one person"}
    return assessing.assess(case_id=case.pk, by=by or cast.ward, **given | said)


def register(cast, who=None, agreement="Agreement, version 2"):
    member = Membership.objects.get(user=(who or cast.ward).id)
    return assessing.register_assessor(
        by=cast.nurse, membership_id=member.pk, tool_id=cast.tool().pk, agreement=agreement
    )


def test_a_registered_assessors_assessment_is_trusted_and_relied_on(cast):
    register(cast)
    made = assess(cast)
    assert (made.trusted, made.agreement) == (True, "Agreement, version 2")
    assert made.good_until - made.made_at == timedelta(days=14)
    assessing.rely_on(assessment_id=made.pk, by=cast.social_worker)
    assert made.reliances.get().answer == Reliance.Answer.ACCEPTED
    assert Event.objects.filter(kind="assessment.relied_on.v1", subject_id=made.pk).exists()


def test_others_may_challenge_and_change_their_mind(cast):
    register(cast)
    made = assess(cast)
    with pytest.raises(Invalid, match="cannot rely on"):
        assessing.challenge(assessment_id=made.pk, by=cast.social_worker, reason=" ")
    assessing.challenge(assessment_id=made.pk, by=cast.social_worker, reason="Nights were not looked at")
    assessing.rely_on(assessment_id=made.pk, by=cast.social_worker)
    assert made.reliances.get().answer == Reliance.Answer.ACCEPTED
    kinds = Event.objects.filter(subject_id=made.pk).values_list("kind", flat=True)
    assert {"assessment.challenged.v1", "assessment.relied_on.v1"} <= set(kinds)


def test_an_assessment_of_somebody_not_registered_can_be_read_but_not_relied_on(cast):
    made = assess(cast)
    assert not made.trusted
    with pytest.raises(IllegalTransition, match="trusted assessor"):
        assessing.rely_on(assessment_id=made.pk, by=cast.social_worker)


def test_nobody_relies_on_their_own_or_on_an_old_assessment_or_one_they_may_not_see(cast):
    register(cast)
    made = assess(cast)
    with pytest.raises(NotPermitted, match="own organisation"):
        assessing.rely_on(assessment_id=made.pk, by=cast.ward)
    with pytest.raises(NotFound):
        assessing.rely_on(assessment_id=made.pk, by=cast.stranger)
    ago = timezone.now() - timedelta(days=20)
    Assessment.objects.filter(pk=made.pk).update(made_at=ago, good_until=ago + timedelta(days=14))
    with pytest.raises(IllegalTransition, match="too old"):
        assessing.rely_on(assessment_id=made.pk, by=cast.social_worker)


def test_every_question_is_answered_from_its_own_choices(cast):
    with pytest.raises(Invalid, match="Answer “Moving about the house”"):
        assess(cast, answers=answers(cast, moving="Flies"))
    with pytest.raises(Invalid, match="what you found"):
        assess(cast, summary=" ")


def test_an_assessment_that_is_not_in_use_is_not_made(cast):
    with pytest.raises(Invalid, match="in use"):
        assess(cast, tool_id=cast.hospital.pk)


def test_the_register_is_kept_by_the_hub_with_a_named_agreement_and_once(cast):
    with pytest.raises(NotPermitted, match="does not keep the register"):
        assessing.register_assessor(by=cast.ward, membership_id=cast.hospital.pk, tool_id=cast.tool().pk, agreement="A")
    with pytest.raises(Invalid, match="somebody who works here"):
        assessing.register_assessor(
            by=cast.nurse, membership_id=cast.hospital.pk, tool_id=cast.tool().pk, agreement="A"
        )
    with pytest.raises(Invalid, match="Name the agreement"):
        register(cast, agreement=" ")
    register(cast)
    with pytest.raises(DomainError, match="already registered"):
        register(cast)


def test_what_was_made_before_a_registration_ended_stays_trusted(cast):
    named = register(cast)
    made = assess(cast)
    assessing.end_assessor(by=cast.nurse, assessor_id=named.pk, reason="Left the team")
    TrustedAssessor.objects.filter(pk=named.pk).update(
        valid_from=timezone.localdate() - timedelta(days=9), valid_to=timezone.localdate()
    )
    assert not assess(cast).trusted
    assessing.rely_on(assessment_id=made.pk, by=cast.social_worker)
    with pytest.raises(IllegalTransition, match="already ended"):
        assessing.end_assessor(by=cast.nurse, assessor_id=named.pk, reason="Again")
