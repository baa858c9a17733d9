"""Whose lists hold a restricted person: those who take part lose no line, others are not shown that one appeared."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actors import Actor
from audit.models import Access
from directory.codes import OrganisationKind
from directory.models import Organisation
from homefirst.actions import delays, packages
from homefirst.models import Assessment, CarePackage, DischargeCase
from homefirst.states import DischargeStatus
from patients.models import Patient, Relationship
from referrals.states import Status
from tests.factories import directory, patients, people
from tests.factories import homefirst_beds as beds
from tests.factories.homefirst_crisis import CrisisCast
from tests.factories.homefirst_crisis import episode as crisis_episode
from tests.factories.homefirst_discharge import Cast, assess_by, give_hours, make_case
from tests.factories.homefirst_packages import Market
from tests.factories.homefirst_reablement import Reablers
from tests.factories.referrals import Cast as Referred
from tests.factories.referrals import make_referral
from tests.referrals.web.pages import source, words

pytestmark = pytest.mark.django_db
SEALED, MISSING = 403, 404
EVERYWHERE = ("home", "sent_referrals", "beds", "bed_rows", "beds_export", "bed_matches", "discharge_tasks")
DOORS = {
    "hub_member": (
        "getting_home", "getting_home_rows", "getting_home_csv", "discharge_tasks_rows", *EVERYWHERE,
    ),
    "ward_coordinator": ("ward_board", "ward_board_rows", "ward_board_csv", "getting_home", *EVERYWHERE),
    "broker": ("packages", "packages_rows", "packages_csv", "packages_unfilled_csv", "getting_home", "home"),
    "service_lead": (
        "crisis", "crisis_rows", "crisis_export", "crisis_overstays", "crisis_overstays_export", "reablement",
        "reablement_rows", "reablement_csv", "follow_ups", "follow_ups_csv", "rota", "getting_home", *EVERYWHERE,
    ),
    "shift_lead": ("crisis", "crisis_rows", "crisis_export", "crisis_overstays", "worklist", "home", "beds"),
    "bed_manager": ("beds", "bed_rows", "bed_matches", "changes", "home"),
    "task_worker": ("discharge_tasks", "discharge_tasks_rows", "getting_home", "getting_home_csv", "home"),
}  # fmt: skip
LISTS = {
    "getting_home": [{"list": "undecided"}, {"list": "arranging"}, {"place": "leicester"}, {"status": "arranging"}],
    "ward_board": [{"list": "arranging"}],
    "packages": [{"list": "offered"}],
}


def seal(person: Patient) -> Patient:
    Patient.objects.filter(pk=person.pk).update(restricted=True)
    return person


class Stranger:
    """An organisation that knows people, and is no part of what happens to them: each of its roles at a browser."""

    def __init__(self, as_: Any, *roles: str) -> None:
        self.organisation = directory.organisation(OrganisationKind.COMMUNITY_TRUST)
        team = directory.team(of=directory.service(employer=self.organisation))
        scoped = {"service_lead": {"team": team}}
        self.people: dict[str, Actor] = {
            role: people.actor(role, **scoped.get(role, {"at": self.organisation})) for role in roles
        }
        self.clients: dict[str, Client] = {role: as_(actor) for role, actor in self.people.items()}

    def knows(self, person: Patient) -> Patient:
        patients.relate(person, self.organisation)
        return person

    def sees(self, at: datetime, person: Patient) -> dict[tuple[str, str, str], str]:
        """Every door of every role, and what leads on from the person, as it was sent at one moment."""
        doors = [
            (role, reverse(name), query)
            for role in self.people
            for name in DOORS[role]
            for query in ({}, *LISTS.get(name, ()))
        ]
        for role in self.people:
            doors += [(role, reverse(name, args=[person.pk]), {}) for name in ("patient", "discharge_identify")]
            doors += [(role, reverse("package_ask"), {"patient": str(person.pk)})]
        with time_machine.travel(at, tick=False):
            return {(role, path, str(query)): self._open(role, path, query) for role, path, query in doors}

    def _open(self, role: str, path: str, query: dict[str, str]) -> str:
        page = self.clients[role].get(path, query)
        assert page.status_code == 200 or "patient" in path or "person" in path or query, (role, path)
        return f"{page.status_code} {source(page)}"


def case_of(person: Patient, cast: Cast) -> None:
    give_hours(cast, make_case(cast, DischargeStatus.ARRANGING, patient=person))


def package_of(person: Patient, market: Market) -> None:
    area = market.lot.areas.get()
    Patient.objects.filter(pk=person.pk).update(place=market.lot.place, neighbourhood=area)
    patients.relate(person, market.council)
    market.asked(patient=Patient.objects.get(pk=person.pk))


def support_of(person: Patient, cast: CrisisCast) -> None:
    crisis_episode(cast, hours=80, patient=person)


def reablement_of(person: Patient, team: Reablers) -> None:
    team.episode(days_ago=92, channel="ward", patient=person)


class FreePlaces(Referred):
    """The cast of the referrals, and a virtual ward with places for whoever waits."""

    def __post_init__(self) -> None:
        super().__post_init__()
        beds.virtual_ward(runs=self.trust)


def wait_of(person: Patient, cast: FreePlaces) -> None:
    make_referral(cast, Status.ACCEPTED, patient=person)


APPEARS = {
    "case": (Cast, case_of, "getting_home", ("hub_member", "ward_coordinator", "task_worker")),
    "package": (Market, package_of, "packages", ("broker", "hub_member")),
    "crisis": (CrisisCast, support_of, None, ("service_lead", "shift_lead")),
    "reablement": (lambda: Reablers(Referred()), reablement_of, None, ("service_lead",)),
    "wait": (FreePlaces, wait_of, "bed_matches", ("bed_manager", "hub_member")),
}
"""Who makes it, how it comes about, the board that lists it for the first of these roles once the record is open."""


@pytest.mark.parametrize(("makes", "appear", "board", "roles"), APPEARS.values(), ids=APPEARS)
def test_what_appears_for_a_restricted_person_changes_nothing_that_others_see(makes, appear, board, roles, as_):
    cast, stranger = makes(), Stranger(as_, *roles)
    known, person = (stranger.knows(patients.patient(practice=directory.practice())) for _ in range(2))
    appear(known, cast)
    later = timezone.now() + timedelta(minutes=5)
    seal(person)
    before = stranger.sees(later, person)
    Patient.objects.filter(pk=person.pk).update(restricted=False)
    appear(person, cast)
    assert Relationship.objects.filter(patient=person, organisation=stranger.organisation).exists()
    seal(person)
    after = stranger.sees(later, person)
    assert {door for door in before if before[door] != after[door]} == set()
    if board:
        Patient.objects.filter(pk=person.pk).update(restricted=False)
        door = (roles[0], reverse(board), "{}")
        assert stranger.sees(later, person)[door] != before[door], "an open record is listed"


@pytest.fixture
def cast() -> Cast:
    return Cast()


def listed(client: Client, case: DischargeCase, board: str = "getting_home") -> bool:
    """Whether a board holds the case: its line, fragment, file and count, or none of them."""
    texts = [source(client.get(reverse(f"{board}{part}"))) for part in ("", "_rows", "_csv")]
    found = {str(case.pk) in text or case.reference in text for text in texts}
    assert found | {"1 of 1 person shown" in words(client.get(reverse(board)))} in ({True}, {False}), "all, or none"
    return found.pop()


def outsider(role: str, case: DischargeCase | CarePackage, organisation: Organisation | None = None) -> Actor:
    """Of another organisation, which knows the person."""
    actor = people.actor(role, at=organisation or directory.organisation(OrganisationKind.COUNCIL, gss_code=""))
    Relationship.objects.get_or_create(
        patient_id=case.patient_id, organisation_id=actor.organisation_id, kind=Relationship.Kind.CARE
    )
    return actor


class TestThoseWhoTakePartKeepTheirLine:
    @pytest.mark.parametrize("who", ["ward", "nurse", "social_worker", "equipment"])
    def test_ward_hub_council_and_owner_of_a_task(self, cast, as_, who):
        case = make_case(cast, DischargeStatus.ARRANGING)
        seal(case.patient)
        assert listed(as_(getattr(cast, who)), case)

    def test_the_ward_on_its_own_board(self, cast, as_):
        case = make_case(cast)
        seal(case.patient)
        assert listed(as_(cast.ward), case, "ward_board")

    def test_a_task_stays_with_whoever_does_it(self, cast, as_):
        case = make_case(cast, DischargeStatus.ARRANGING)
        seal(case.patient)
        assert case.reference in source(as_(cast.equipment).get(reverse("discharge_tasks")))

    def test_whoever_owns_hours_of_waiting(self, cast, as_):
        case = make_case(cast, DischargeStatus.READY)
        actor = outsider("hub_member", case)
        seal(case.patient)
        assert not listed(as_(actor), case)
        Patient.objects.filter(pk=case.patient_id).update(restricted=False)
        delays.reattribute(
            case_id=case.pk, by=cast.nurse, at=timezone.now() - timedelta(hours=1),
            organisation_id=actor.organisation_id, reason_id=cast.reason().pk,
        )  # fmt: skip
        seal(case.patient)
        assert listed(as_(actor), case)

    def test_whoever_leads_the_case(self, cast, as_):
        case = make_case(cast)
        actor = outsider("hub_member", case)
        colleague = outsider("hub_member", case, Organisation.objects.get(pk=actor.organisation_id))
        DischargeCase.objects.filter(pk=case.pk).update(owner=actor.id)
        seal(case.patient)
        assert listed(as_(actor), case)
        assert not listed(as_(colleague), case)

    def test_whoever_agreed_to_the_way_home(self, cast, as_):
        case = make_case(cast, DischargeStatus.READY)
        actor = outsider("hub_member", case)
        case.agreements.create(
            organisation_id=actor.organisation_id, user_id=actor.id, user_name=actor.name, pathway=1,
            destination="usual_home", home_first_considered=True, at=timezone.now(),
        )  # fmt: skip
        seal(case.patient)
        assert listed(as_(actor), case)

    def test_whoever_assessed_for_the_way_home(self, cast, as_):
        case = make_case(cast, DischargeStatus.READY)
        actor, made = outsider("hub_member", case), assess_by(cast, case)
        Assessment.objects.filter(pk=made.pk).update(organisation=actor.organisation_id)
        seal(case.patient)
        assert listed(as_(actor), case)

    @pytest.mark.parametrize("merged", [False, True])
    def test_whoever_gave_a_reason_and_nobody_beside_them(self, cast, as_, merged):
        case = make_case(cast)
        actor = outsider("hub_member", case)
        colleague = outsider("hub_member", case, Organisation.objects.get(pk=actor.organisation_id))
        kept = case.patient
        if merged:
            kept = patients.patient(seen_by=cast.acute)
            Patient.objects.filter(pk=case.patient_id).update(merged_into=kept)
            seal(kept)
        seal(case.patient)
        client = as_(actor)
        assert not listed(client, case)
        assert client.get(reverse("discharge_case", args=[case.pk])).status_code == MISSING
        client.post(reverse("patient_break_glass", args=[kept.pk]), {"reason": "Caring for the person now"})
        assert listed(client, case)
        assert client.get(reverse("discharge_case", args=[case.pk])).status_code == 200
        assert not listed(as_(colleague), case)


class TestPackages:
    def test_the_council_and_whoever_asked_keep_their_line(self, as_):
        market = Market()
        elsewhere = directory.organisation(OrganisationKind.COUNCIL)
        asker, colleague = (people.actor("broker", at=elsewhere) for _ in range(2))
        person = market.person()
        patients.relate(person, elsewhere)
        area = {"hours_a_week": 7, "visits_a_day": 1, "wanted_from": timezone.localdate(), "lot_id": market.lot.pk}
        package = packages.ask_for_package(patient_id=person.pk, by=asker, **area)
        other = outsider("broker", package)
        seal(person)
        for actor, keeps in ((market.broker, True), (asker, True), (colleague, True), (other, False)):
            texts = [source(as_(actor).get(reverse(name))) for name in ("packages", "packages_rows", "packages_csv")]
            assert {package.reference in text for text in texts} == {keeps}
            hours = "7 hours a week wait for care today"
            assert (hours in words(as_(actor).get(reverse("packages")))) is keeps, "hours agree with the lines"
            status = as_(actor).get(reverse("package", args=[package.pk])).status_code
            assert status == (SEALED if keeps else MISSING)

    def test_the_hub_of_the_way_home_is_asked_for_a_reason(self, as_):
        market, cast = Market(), Cast()
        person = market.person()
        patients.relate(person, cast.acute)
        case = make_case(cast, DischargeStatus.READY, patient=person)
        package = market.wanted(patient=person)
        CarePackage.objects.filter(pk=package.pk).update(case=case)
        seal(person)
        path = reverse("package", args=[package.pk])
        assert as_(cast.nurse).get(path).status_code == SEALED
        assert as_(outsider("hub_member", case)).get(path).status_code == MISSING


def test_what_nobody_listed_is_not_found_either_and_that_is_logged(cast, as_):
    case = make_case(cast, DischargeStatus.ARRANGING)
    hours, task = give_hours(cast, case), case.tasks.get()
    actor = outsider("hub_member", case)
    client = as_(actor)
    seal(case.patient)
    doors = {"discharge_case": case, "discharge_task_finish": task, "discharge_hours_agree": hours}
    refused = Access.objects.filter(actor_id=actor.id, patient_id=case.patient_id, outcome=Access.Outcome.REFUSED)
    for number, (name, subject) in enumerate(doors.items(), start=1):
        page = client.get(reverse(name, args=[subject.pk]))
        assert page.status_code == MISSING, name
        assert case.reference not in source(page)
        assert refused.filter(subject_id=case.pk).count() == number, name


def test_somebody_restricted_in_a_bed_looks_like_anybody_whom_the_reader_does_not_know(as_):
    bed = beds.ward().beds.get(number=1)
    manager, stranger = beds.manager(bed.ward), Stranger(as_, "hub_member")
    stay = beds.occupied(bed, by=manager)
    later = timezone.now() + timedelta(minutes=5)
    paths = [reverse(name, args=[bed.ward.slug]) for name in ("ward", "ward_rows")]

    def seen() -> list[str]:
        with time_machine.travel(later, tick=False):
            return [source(stranger.clients["hub_member"].get(path)) for path in paths]

    unknown = seen()
    stranger.knows(stay.patient)
    assert seen() != unknown, "somebody known is named"
    seal(stay.patient)
    assert seen() == unknown
