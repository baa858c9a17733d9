"""Restricted people at the partner door: no list loses them, and nothing tells a system who they are."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from api.documentation import homefirst_beds as beds_documented
from api.documentation import homefirst_discharge as documented
from api.documentation import homefirst_packages as care_documented
from api.scopes import Scope
from audit.models import Access
from directory.codes import OrganisationKind
from homefirst.models import CarePackage, DelaySpell, DischargeCase, DischargeTask
from homefirst.states import DischargeStatus
from patients.actions import open_glass
from patients.models import Patient
from referrals.models import Referral
from tests.api.homefirst_world import CASES, PACKAGES, REQUESTS, TASKS, WARDS
from tests.api.test_homefirst_discharge import BOTH, begin_at, step, wanted
from tests.api.test_homefirst_packages import PROVIDES, offer
from tests.api.world import Partner, partner
from tests.factories import directory, patients
from tests.factories import homefirst_beds as beds
from tests.factories.homefirst_discharge import Cast, make_case
from tests.factories.homefirst_packages import Market
from tests.factories.referrals import Cast as Referred
from tests.factories.referrals import make_referral

NAMED = "Sir Somebody of Ward Nine"


class Stage:
    """A case with a task, packages and a stay of people who are restricted, beside others who are not."""

    def __init__(self) -> None:
        self.cast, self.market = Cast(), Market()
        self.open, self.sealed = (make_case(self.cast, DischargeStatus.ARRANGING, ward=NAMED) for _ in range(2))
        DischargeTask.objects.update(title=NAMED, note=NAMED)
        self.task = self.sealed.tasks.get()
        self.asked, self.chosen = self.market.asked(), self.market.chosen()
        self.ward = beds.ward({}, {}, runs=self.cast.trust)
        self.bed = self.ward.beds.get(number=1)
        self.stay = beds.occupied(self.bed, by=beds.manager(self.ward))
        self.people = [one.patient_id for one in (self.sealed, self.asked, self.chosen, self.stay)]
        Patient.objects.filter(pk__in=self.people).update(restricted=True, given_name="Unspoken")
        self.trust = partner(self.cast.acute, *BOTH)
        self.stores = partner(self.cast.stores, *BOTH)
        self.council = partner(self.market.council, Scope.PACKAGES_READ)
        self.holder = partner(self.market.holder, *PROVIDES)
        self.runs = partner(self.cast.trust, Scope.CAPACITY_READ, Scope.CAPACITY_WRITE)

    def telling(self) -> set[bytes]:
        """What would tell who somebody is, or lead to them."""
        found: set[bytes] = {NAMED.encode()}
        for person in Patient.objects.filter(pk__in=self.people):
            words = (person.pk, person.family_name, person.given_name, person.nhs_number, person.date_of_birth)
            found |= {str(word).encode() for word in (*words, person.postcode) if word}
        return found


pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Stage)]


def rows(system: Partner, path: str, **query: Any) -> dict[str, dict[str, Any]]:
    answer = system.get(path, query)
    assert answer.status_code == 200, answer.content
    return {row["id"]: row for row in answer.json()["items"]}


def refused(answer: Any, cast: Stage) -> None:
    """Told which way to go, and nothing else."""
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json"), answer.content
    assert answer.json()["code"] == "RESTRICTED"
    assert "in the portal" in answer.json()["detail"]
    assert "ETag" not in answer
    assert not [word for word in cast.telling() if word in answer.content]


class TestLists:
    def test_a_hospital_loses_nobody(self, cast):
        listed = rows(cast.trust, CASES)
        assert set(listed) == {str(cast.open.pk), str(cast.sealed.pk)}
        row = listed[str(cast.sealed.pk)]
        assert set(row) == set(documented.DischargeCaseSummary().fields)
        assert (row["restricted"], row["patient"], row["ward"]) == (True, None, None)
        assert (row["status"], row["reference"]) == ("arranging", cast.sealed.reference)
        assert row["ready_at"] and row["admitted_at"] and row["version"] == cast.sealed.version
        seen = listed[str(cast.open.pk)]
        assert (seen["restricted"], seen["ward"], seen["patient"]["id"]) == (False, NAMED, str(cast.open.patient_id))

    def test_whoever_does_a_task_sees_its_kind_and_when_it_is_due(self, cast):
        row = rows(cast.stores, TASKS)[str(cast.task.pk)]
        assert set(row) == set(documented.DischargeTaskItem().fields)
        assert (row["restricted"], row["patient"], row["title"], row["note"]) == (True, None, None, None)
        assert (row["kind"], row["required"], row["case"]["reference"]) == ("equipment", True, cast.sealed.reference)
        assert row["due_at"]

    def test_a_council_and_a_provider_see_what_is_needed(self, cast):
        listed = rows(cast.council, PACKAGES)
        for package in (cast.asked, cast.chosen):
            row = listed[str(package.pk)]
            assert set(row) == set(care_documented.CarePackageSummary().fields)
            assert (row["restricted"], row["patient"], row["needs"]["hours_a_week"]) == (True, None, 14.0)
        for package in rows(cast.holder, REQUESTS).values():
            assert (package["restricted"], package["patient"]) == (True, None)
            assert (package["postcode_area"], package["age_band"]) == (None, None)

    def test_a_ward_sees_that_the_bed_is_in_use(self, cast):
        row = rows(cast.runs, f"{WARDS}/{cast.ward.slug}")[str(cast.bed.pk)]
        assert set(row) == set(beds_documented.BedState().fields)
        assert (row["state"], row["restricted"], row["patient"]) == ("occupied", True, None)
        stranger = partner(directory.organisation(), Scope.CAPACITY_READ)
        assert rows(stranger, f"{WARDS}/{cast.ward.slug}")[str(cast.bed.pk)]["restricted"] is False

    def test_nothing_tells_who_they_are(self, cast):
        DischargeCase.objects.filter(pk=cast.open.pk).update(ward="9")
        DischargeTask.objects.exclude(pk=cast.task.pk).update(title="A", note="")
        for system, path in (
            (cast.trust, CASES), (cast.stores, TASKS), (cast.council, PACKAGES), (cast.holder, REQUESTS),
            (cast.runs, f"{WARDS}/{cast.ward.slug}"), (cast.holder, f"{REQUESTS}/{cast.asked.pk}"),
            (cast.holder, f"{REQUESTS}/{cast.chosen.pk}"),
        ):  # fmt: skip
            answer = system.get(path)
            assert answer.status_code == 200
            assert not [word for word in cast.telling() if word in answer.content], path
        assert not Access.objects.filter(patient_id__in=cast.people, via="api", what__endswith="s").exists()

    @pytest.mark.parametrize("who", ["acute", "hospital", "trust", "council", "stores"])
    def test_everybody_who_takes_part_sees_the_case(self, cast, who):
        system = partner(getattr(cast.cast, who), *BOTH)
        assert rows(system, CASES)[str(cast.sealed.pk)]["restricted"] is True
        refused(system.get(f"{CASES}/{cast.sealed.pk}"), cast)

    def test_so_do_the_owner_of_hours_and_the_service_that_the_referral_is_with(self, cast):
        owner, taken = (directory.organisation(OrganisationKind.VOLUNTARY) for _ in range(2))
        for organisation in (owner, taken):
            patients.relate(cast.sealed.patient, organisation)
            assert rows(partner(organisation, *BOTH), CASES) == {}
        DelaySpell.objects.filter(case=cast.sealed).update(organisation=owner)
        DischargeCase.objects.filter(pk=cast.sealed.pk).update(
            referral=make_referral(Referred(), patient=cast.sealed.patient, direction="step_down")
        )
        Referral.objects.update(service=directory.service("home-again", employer=taken))
        for organisation in (owner, taken):
            assert rows(partner(organisation, *BOTH), CASES)[str(cast.sealed.pk)]["restricted"] is True

    def test_others_who_know_the_person_are_not_shown_where_they_are(self, cast):
        once, council = directory.organisation(), directory.organisation(OrganisationKind.COUNCIL, gss_code="")
        for organisation in (once, council):
            for person in (cast.sealed.patient, cast.stay.patient, cast.open.patient):
                patients.relate(person, organisation)
            system = partner(organisation, *BOTH, Scope.CAPACITY_READ)
            assert set(rows(system, CASES)) == {str(cast.open.pk)}
            for path in (f"{CASES}/{cast.sealed.pk}", f"{TASKS}/{cast.task.pk}"):
                assert system.get(path).status_code == 404
            bed = rows(system, f"{WARDS}/{cast.ward.slug}")[str(cast.bed.pk)]
            assert (bed["restricted"], bed["patient"]) == (False, None)

    def test_not_a_byte_changes_for_them_when_a_case_and_a_package_appear(self, cast):
        person, elsewhere = cast.market.person(), directory.organisation(OrganisationKind.COUNCIL, gss_code="")
        patients.relate(person, elsewhere)
        system = partner(elsewhere, *Scope)

        def seen() -> list[bytes]:
            return [system.get(path).content for path in (CASES, TASKS, PACKAGES, REQUESTS, "/api/v1/referrals")]

        before = seen()
        make_case(cast.cast, DischargeStatus.READY, patient=person)
        cast.market.wanted(patient=person)
        assert seen() != before, "of somebody whose record is open"
        Patient.objects.filter(pk=person.pk).update(restricted=True)
        assert seen() == before

    def test_pages_and_filters_count_them(self, cast):
        first = cast.trust.get(CASES, {"limit": 1, "status": "arranging"}).json()
        second = cast.trust.get(first["next"]).json()
        ids = [row["id"] for row in (*first["items"], *second["items"])]
        assert sorted(ids) == sorted([str(cast.open.pk), str(cast.sealed.pk)])
        assert second["next"] is None
        later = (timezone.now() + timedelta(minutes=1)).isoformat()
        assert rows(cast.trust, CASES, updated_since=later) == {}
        for name in ("patient", "nhs_number", "family_name", "ward", "sort", "order"):
            assert cast.trust.get(CASES, {name: NAMED}).status_code == 422

    def test_whoever_has_nothing_to_do_with_them_sees_no_row(self, cast):
        stranger = partner(cast.cast.other_hospital, *BOTH, Scope.PACKAGES_READ)
        assert [rows(stranger, path) for path in (CASES, TASKS, PACKAGES)] == [{}, {}, {}]
        for path in (f"{CASES}/{cast.sealed.pk}", f"{TASKS}/{cast.task.pk}", f"{PACKAGES}/{cast.chosen.pk}"):
            unseen, unknown = stranger.get(path), stranger.get(f"{path.rsplit('/', 1)[0]}/{uuid4()}")
            assert (unseen.status_code, unseen.json()["detail"]) == (404, unknown.json()["detail"])

    def test_another_council_that_knows_them_is_told_nothing_of_their_package(self, cast):
        elsewhere = directory.organisation(OrganisationKind.COUNCIL)
        patients.relate(cast.chosen.patient, elsewhere)
        assert partner(elsewhere, Scope.PACKAGES_READ).get(f"{PACKAGES}/{cast.chosen.pk}").status_code == 404


READS: dict[str, Callable[[Stage], tuple[Partner, str]]] = {
    "case": lambda cast: (cast.trust, f"{CASES}/{cast.sealed.pk}"),
    "task": lambda cast: (cast.stores, f"{TASKS}/{cast.task.pk}"),
    "package": lambda cast: (cast.council, f"{PACKAGES}/{cast.chosen.pk}"),
}


class TestAlone:
    @pytest.mark.parametrize("read", READS.values(), ids=READS)
    def test_reading_one_says_which_way_to_go_and_is_logged(self, cast, read):
        system, path = read(cast)
        refused(system.get(path), cast)
        refused(system.get(path, **{"If-None-Match": 'W/"1"'}), cast)
        looks = Access.objects.filter(patient_id__in=cast.people, via="api")
        assert set(looks.values_list("outcome", flat=True)) == {Access.Outcome.REFUSED}

    def test_whoever_began_it_knows_it_by_its_id(self, cast):
        person = patients.patient(seen_by=cast.cast.acute, practice=directory.practice())
        begun = begin_at(cast.cast, cast.trust, person).json()
        Patient.objects.filter(pk=person.pk).update(restricted=True)
        row = rows(cast.trust, CASES)[begun["id"]]
        assert (row["reference"], row["patient"]) == (begun["reference"], None)
        assert cast.trust.get(begun["href"]).json()["code"] == "RESTRICTED"

    def test_no_step_is_taken_by_a_system(self, cast):
        later = (timezone.now() + timedelta(days=2)).isoformat()
        case, task = cast.sealed, cast.task
        for version in (case.version, 1, 0):
            for name, body in (("ready", {}), ("left", {"destination": "died"}), ("tasks", wanted(cast.cast))):
                refused(step(cast.trust, f"{CASES}/{case.pk}/{name}", version, body), cast)
        bodies = {"done": {}, "move": {"due_at": later, "note": "No"}, "cancel": {"reason": "No"}}
        for name, body in bodies.items():
            refused(step(cast.stores, f"{TASKS}/{task.pk}/{name}", task.version, body), cast)
        case.refresh_from_db(), task.refresh_from_db()
        assert (case.status, task.done_at, task.cancelled_at) == ("arranging", None, None)

    def test_a_provider_still_answers_and_a_ward_still_frees_the_bed(self, cast):
        answered = offer(cast.holder, cast.asked)
        assert (answered.status_code, answered.json()["patient"]) == (200, None)
        assert CarePackage.objects.get(pk=cast.asked.pk).answers.get(provider=cast.market.holder).can_start
        version = rows(cast.runs, f"{WARDS}/{cast.ward.slug}")[str(cast.bed.pk)]["version"]
        path = f"{WARDS}/{cast.ward.slug}/beds/{cast.bed.pk}/release"
        freed = cast.runs.post(path, {"destination": "usual_home"}, **{"If-Match": f'W/"{version}"'})
        assert (freed.status_code, freed.json()["restricted"]) == (200, False)


def test_opened_in_the_portal_by_a_person_it_stays_sealed_to_systems(cast):
    why = "Their daughter rang: no heating at home."
    open_glass(patient_id=cast.sealed.patient_id, by=cast.cast.ward, reason=why)
    assert rows(cast.trust, CASES)[str(cast.sealed.pk)]["restricted"] is True
    refused(cast.trust.get(f"{CASES}/{cast.sealed.pk}"), cast)
