"""One referral: who may open it, what must not be missed, only what is allowed, nothing that breaks on odd input."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.ids import new_id
from audit.models import Access
from directory.models import Capacity
from patients.models import BreakGlass, Patient
from referrals import policies
from referrals.models import Referral
from referrals.states import Status, Verb
from referrals.views import decide, respond
from tests.factories import directory, people
from tests.factories.referrals import Cast, make_referral, offer_of, waitlisted
from tests.referrals.web.pages import done, open_page, step_path, take, words

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]

ROLES = ("clinician", "nurse", "gp")


@pytest.mark.parametrize("status", list(Status))
def test_every_state_opens_for_everybody_concerned_and_offers_only_what_is_allowed(cast, as_, status):
    referral = make_referral(cast, status)
    offers = list(referral.offers.select_related("service"))
    for role in ROLES:
        actor = getattr(cast, role)
        page = open_page(as_(actor), referral)
        if page.status_code == 404:
            assert role == "nurse"
            continue
        allowed = {str(verb) for verb in policies.allowed_verbs(actor, referral, offers)} | {"undo"}
        shown = {
            way.verb for way in (*decide.WAYS, *respond.WAYS) if step_path(referral, way.verb) in page.content.decode()
        }
        assert {str(verb) for verb in shown} <= allowed, (status, role)


@pytest.mark.parametrize("verb", [way.verb for way in (*decide.WAYS, *respond.WAYS)])
def test_every_step_has_a_page_that_says_when_it_is_not_possible(cast, as_, verb):
    referral = make_referral(cast, Status.CANCELLED)
    for role in ROLES:
        answer = as_(getattr(cast, role)).get(step_path(referral, verb))
        assert answer.status_code in {403, 404, 409}, (verb, role)


def test_what_must_not_be_missed_stands_at_the_top(cast, as_):
    referral = make_referral(
        cast,
        safeguarding=True,
        safeguarding_note="Speak to her alone.",
        scene_safety="U",
        scene_safety_note="Dog in the yard.",
        access_note="Key safe 1234 by the back door.",
    )
    page = words(open_page(as_(cast.clinician), referral))
    for said in ("Safeguarding concern", "Speak to her alone.", "Dog in the yard.", "Key safe 1234", "0116 496 0001"):
        assert said in page
    assert page.index("Safeguarding concern") < page.index("What the person needs")


def test_a_referral_that_is_none_of_my_business_looks_like_none_at_all_and_is_logged(cast, as_):
    referral = make_referral(cast)
    stranger = people.actor("triage_clinician")
    client = as_(stranger)
    hidden, missing = open_page(client, referral), client.get(reverse("referral", args=[new_id()]))
    assert hidden.status_code == missing.status_code == 404
    assert words(hidden).replace(str(referral.pk), "") == words(missing).replace(str(referral.pk), "")
    refused = Access.objects.get(patient_id=referral.patient_id, actor_id=stranger.id)
    assert (refused.outcome, refused.what, refused.subject_id) == ("refused", "referral", referral.pk)
    assert take(client, referral, "acknowledge").status_code == 404


def test_every_opening_is_logged(cast, as_):
    referral = make_referral(cast)
    client = as_(cast.clinician)
    open_page(client, referral)
    client.get(step_path(referral, Verb.ASK))
    seen = Access.objects.filter(what="referral", subject_id=referral.pk, outcome="allowed", actor_id=cast.clinician.id)
    assert seen.count() == 2


def test_a_restricted_record_asks_for_a_reason_before_anything_is_shown_or_done(cast, as_):
    referral = make_referral(cast)
    person = referral.patient
    Patient.objects.filter(pk=person.pk).update(restricted=True)
    client = as_(cast.clinician)
    for answer in (
        open_page(client, referral),
        client.get(step_path(referral, Verb.ASK)),
        take(client, referral, "acknowledge"),
        client.post(f"/referrals/{referral.pk}/message/", {"text": "Hello", "message_id": new_id()}),
    ):
        assert answer.status_code == 403
        page = answer.content.decode()
        assert reverse("patient_break_glass", args=[person.pk]) in page
        assert person.family_name not in page
        assert referral.need not in page
    referral.refresh_from_db()
    assert referral.status == Status.SUBMITTED

    now = timezone.now()
    BreakGlass.objects.create(
        user_id=cast.clinician.id, role="triage_clinician", organisation=cast.trust, patient=person, reason="In pain",
        granted_at=now, expires_at=now + timedelta(hours=1),
    )  # fmt: skip
    assert person.family_name.upper() in words(open_page(client, referral))
    assert Access.objects.filter(subject_id=referral.pk, outcome="break_glass").exists()


@pytest.mark.parametrize("wanted", ["", "https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_giving_a_reason_leads_back_to_the_referral_and_nowhere_else(cast, as_, wanted):
    referral = make_referral(cast)
    person = referral.patient
    Patient.objects.filter(pk=person.pk).update(restricted=True)
    client = as_(cast.clinician)
    back = reverse("referral", args=[referral.pk])
    path = re.search(r'href="([^"]+/open/[^"]*)"', open_page(client, referral).content.decode()).group(1)
    path = path.replace(quote(back, safe=""), quote(wanted, safe="")) if wanted else path
    opened = client.post(path, {"reason": "Called in pain, nobody else can help"})
    assert opened.url == (reverse("patient", args=[person.pk]) if wanted else back)


def test_possible_duplicates_are_shown_and_marked(cast, as_):
    first = make_referral(cast)
    second = make_referral(cast, patient=first.patient, channel="ambulance")
    client = as_(cast.clinician)
    page = words(open_page(client, second))
    assert "This person has another open referral." in page
    assert first.reference in page
    done(take(client, second, "mark-duplicate", duplicate_of=str(first.pk)))
    second.refresh_from_db()
    assert (second.status, second.duplicate_of_id) == (Status.DUPLICATE, first.pk)
    assert second.reference in words(open_page(client, first)), "an earlier referral"


def test_a_referral_of_somebody_else_is_no_duplicate(cast, as_):
    first, other = make_referral(cast), make_referral(cast)
    make_referral(cast, patient=first.patient)
    refused = take(as_(cast.clinician), first, "mark-duplicate", duplicate_of=str(other.pk))
    assert refused.status_code == 422


def test_the_teams_can_write_what_the_referrer_does_not_see(cast, as_):
    referral = make_referral(cast, Status.OFFERED)
    client = as_(cast.clinician)
    for text, only in (("We will call you back", ""), ("Husband is unkind", "on")):
        client.post(f"/referrals/{referral.pk}/message/", {"text": text, "only_teams": only, "message_id": new_id()})
    assert "Husband is unkind" in words(open_page(as_(cast.nurse), referral))
    told = words(open_page(as_(cast.gp), referral))
    assert "We will call you back" in told
    assert "Husband is unkind" not in told


def test_the_other_answers_come_before_the_long_form(cast, as_):
    decided = {"clinician": Status.IN_TRIAGE, "nurse": Status.OFFERED}
    instead = {"clinician": ("ask", "advise", "reject"), "nurse": ("waitlist-offer", "decline-offer")}
    for role, status in decided.items():
        referral = make_referral(cast, status)
        page = open_page(as_(getattr(cast, role)), referral).content.decode()
        links = [f'href="{step_path(referral, verb)}"' for verb in instead[role]]
        assert [page.count(link) for link in links] == [1] * len(links)
        assert max(page.index(link) for link in links) < page.index("<form", page.index('id="instead"'))


def test_rejecting_needs_a_criterion_and_somewhere_to_turn(cast, as_):
    referral = make_referral(cast, Status.IN_TRIAGE)
    client = as_(cast.clinician)
    refused = take(client, referral, "reject", criterion="", signpost=" ")
    page = words(refused)
    assert refused.status_code == 422
    assert "Select the criterion that is not met" in page
    assert "Say where the referrer should turn instead" in page
    advisory = cast.service.criteria.get(code="safe-to-visit")
    assert take(client, referral, "reject", criterion=str(advisory.pk), signpost="111").status_code == 422
    cited = cast.service.criteria.get(code="no-999")
    done(take(client, referral, "reject", criterion=str(cited.pk), signpost="Call 999"))
    assert "Instead: Call 999" in words(open_page(as_(cast.gp), referral))


def test_assigning_to_a_colleague_to_nobody_and_to_a_stranger(cast, as_):
    referral = make_referral(cast, Status.IN_TRIAGE)
    client = as_(cast.clinician)
    done(take(client, referral, "assign", to=str(cast.colleague.id)))
    assert f"To {cast.colleague.name}" in words(open_page(client, referral))
    assert Referral.objects.get(pk=referral.pk).assigned_to_id == cast.colleague.id
    done(take(client, referral, "assign", to=""))
    assert Referral.objects.get(pk=referral.pk).assigned_to_id is None
    assert take(client, referral, "assign", to=str(cast.gp.id)).status_code == 422


def test_an_answer_can_be_typed_on_behalf_or_done_without(cast, as_):
    asked = make_referral(cast, Status.INFO_REQUESTED)
    client = as_(cast.clinician)
    assert "Who has the key?" in words(open_page(client, asked))
    done(take(client, asked, "answer", text="The neighbour at 12."))
    assert "The neighbour at 12." in words(open_page(client, asked))
    unanswered = make_referral(cast, Status.INFO_REQUESTED)
    done(take(client, unanswered, "resume"))
    assert "Carried on without an answer" in words(open_page(client, unanswered))


def test_a_team_allocates_its_own_people_only(cast, as_):
    referral = make_referral(cast, Status.ALLOCATED)
    nurse = as_(cast.nurse)
    outsider = people.actor("community_worker")
    assert take(nurse, referral, "allocate", worker=str(outsider.id)).status_code == 422
    assert take(nurse, referral, "allocate", worker="").status_code == 422
    mate = people.actor("community_worker", team=cast.team)
    done(take(nurse, referral, "allocate", worker=str(mate.id)))
    assert Referral.objects.get(pk=referral.pk).worker_id == mate.id


def test_another_teams_offer_cannot_be_answered(cast, as_):
    referral = make_referral(cast, Status.OFFERED)
    other = as_(people.actor("community_worker", team=cast.other_team))
    assert open_page(other, referral).status_code == 404
    strange = take(as_(cast.nurse), referral, "accept-offer", offer=str(new_id()))
    assert strange.status_code == 422


def test_a_waiting_offer_can_be_taken_when_a_place_is_free(cast, as_):
    referral = waitlisted(cast)
    nurse = as_(cast.nurse)
    assert "Accept for your team" in words(open_page(nurse, referral))
    done(take(nurse, referral, "accept-offer", offer=offer_of(referral).pk))


def test_a_team_sees_its_free_places_before_it_accepts(cast, as_):
    Capacity.objects.create(service=cast.service, places=2, valid_from=directory.LONG_AGO)
    make_referral(cast, Status.ALLOCATED)
    referral = make_referral(cast, Status.OFFERED)
    assert "1 of 2 places free now." in words(open_page(as_(cast.nurse), referral))
    assert "1 of 2 places free when asked" in words(open_page(as_(cast.clinician), referral))


def test_an_offer_is_withdrawn_from_beside_it_and_the_next_in_reserve_is_asked(cast, as_):
    referral = make_referral(cast, Status.IN_TRIAGE)
    client = as_(cast.clinician)
    asked = {"urgency": "crisis", "services": str(cast.service.pk), "first_reserve": str(cast.other_service.pk)}
    done(take(client, referral, "accept", **asked))
    offer = offer_of(referral)
    assert f"{step_path(referral, 'withdraw-offer')}?offer={offer.pk}" in open_page(client, referral).content.decode()
    assert str(offer.pk) in client.get(step_path(referral, "withdraw-offer"), {"offer": offer.pk}).content.decode()
    done(take(client, referral, "withdraw-offer", offer=offer.pk, reason="Wrong place"))
    assert offer_of(referral).service == cast.other_service
    gone = take(client, referral, "withdraw-offer", offer=offer.pk)
    assert gone.status_code == 409
    assert "That offer has already been answered." in words(gone)


def test_a_team_asks_before_it_answers_and_the_referrer_replies(cast, as_):
    referral = make_referral(cast, Status.OFFERED)
    nurse = as_(cast.nurse)
    done(take(nurse, referral, "ask-about-offer", offer=offer_of(referral).pk, question="Is there a key safe?"))
    assert "Is there a key safe?" in words(open_page(as_(cast.gp), referral))
    assert referral.patient.family_name.upper() in words(nurse.get("/team/rows/?list=information"))
    done(take(as_(cast.gp), referral, "answer", text="Yes, by the back door."))
    assert "Yes, by the back door." in words(open_page(nurse, referral))


@pytest.mark.parametrize(
    ("verb", "status"),
    [("withdraw", "withdrawn"), ("cancel", "cancelled"), ("call-999", "escalated_999"), ("record-death", "died")],
)
def test_a_referral_ends_early_for_a_reason(cast, as_, verb, status):
    referral = make_referral(cast, Status.IN_TRIAGE)
    done(take(as_(cast.clinician), referral, verb, reason="As the daughter said."))
    referral.refresh_from_db()
    assert referral.status == status
    assert "As the daughter said." in words(open_page(as_(cast.clinician), referral))


def test_a_supervisor_takes_back_a_colleagues_step(cast, as_):
    referral = make_referral(cast, Status.IN_TRIAGE)
    lead = as_(people.actor("shift_lead", at=cast.trust))
    assert f"{cast.clinician.name} took it into triage" in words(open_page(lead, referral))
    done(take(lead, referral, "undo"))
    referral.refresh_from_db()
    assert referral.status == Status.SUBMITTED


def test_finishing_needs_an_outcome_and_reopening_a_reason(cast, as_):
    referral = make_referral(cast, Status.IN_SERVICE)
    nurse = as_(cast.nurse)
    refused = words(take(nurse, referral, "complete"))
    assert "Select how it ended" in refused
    assert "Select whether a hospital stay was avoided" in refused
    done(take(nurse, referral, "complete", outcome="reablement", avoided_admission="unsure"))
    assert take(nurse, referral, "reopen", reason="").status_code == 422
    done(take(nurse, referral, "reopen", reason="Fell again"))
    assert Referral.objects.get(pk=referral.pk).status == Status.ALLOCATED


FIELDS = {
    ("clinician", Status.IN_TRIAGE): (
        "ask.question advise.advice advise.rationale accept.rationale accept.urgency accept.services reject.signpost "
        "reject.criterion assign.to cancel.reason withdraw.reason call-999.reason record-death.reason"
    ),
    ("clinician", Status.INFO_REQUESTED): "answer.text",
    ("clinician", Status.ACCEPTED): "offer.services",
    ("clinician", Status.OFFERED): "redirect.service redirect.reason withdraw-offer.offer withdraw-offer.reason",
    ("nurse", Status.OFFERED): (
        "ask-about-offer.question accept-offer.worker accept-offer.offer decline-offer.criterion decline-offer.note "
        "waitlist-offer.hours waitlist-offer.note"
    ),
    ("nurse", Status.ALLOCATED): "allocate.worker first-contact.at first-contact.on_day first-contact.which",
    ("nurse", Status.IN_SERVICE): "complete.outcome complete.avoided_admission complete.next_step",
    ("nurse", Status.COMPLETED): "reopen.reason",
}


@pytest.mark.parametrize(("role", "status"), list(FIELDS))
def test_a_nul_byte_is_refused_in_words_wherever_it_is_typed(cast, as_, role, status):
    referral = make_referral(cast, status)
    client = as_(getattr(cast, role))
    for verb, field in (each.split(".") for each in FIELDS[role, status].split()):
        refused = take(client, referral, verb, **{field: "a\x00b"})
        assert refused.status_code == 422, (verb, field)
        assert "There is a problem" in words(refused)


def test_a_nul_byte_in_a_message_and_in_a_review(cast, as_):
    referral = make_referral(cast)
    refused = as_(cast.clinician).post(f"/referrals/{referral.pk}/message/", {"text": "a\x00b", "message_id": "a\x00b"})
    assert refused.status_code == 422


@pytest.mark.parametrize("text", ["😀 عربي \u202e reversed", "<script>alert(1)</script>", "a" * 2000])
def test_odd_text_is_kept_as_typed_and_shown_escaped(cast, as_, text):
    referral = make_referral(cast, Status.IN_TRIAGE)
    client = as_(cast.clinician)
    done(take(client, referral, "ask", question=text))
    page = open_page(client, referral).content.decode()
    assert "<script>alert(1)" not in page
    assert referral.questions.get().text == text


@pytest.mark.parametrize("count", [0, 3])
def test_the_page_asks_a_fixed_number_of_questions(cast, as_, count, django_assert_max_num_queries):
    referral = make_referral(cast, Status.IN_TRIAGE)
    for _ in range(count):
        make_referral(cast, patient=referral.patient)
    client = as_(cast.clinician)
    client.get("/")
    with django_assert_max_num_queries(20):
        assert open_page(client, referral).status_code == 200


def test_every_step_that_is_open_has_one_address(cast):
    addresses = [way.url_name for way in (*decide.WAYS, *respond.WAYS, decide.UNDO)]
    assert len(addresses) == len(set(addresses))
    taken = {way.verb for way in (*decide.WAYS, *respond.WAYS)}
    assert set(Verb) - taken == {Verb.SUBMIT, Verb.EXPIRE_OFFER, Verb.UNDO}
