"""Care at home through the partner door: a council reads its packages, a provider answers what it is asked."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from api.documentation import homefirst_packages as documented
from api.scopes import Scope
from audit.models import Access, Event
from directory.codes import OrganisationKind
from homefirst.actions import packages, packages_running
from homefirst.models import CarePackage, ProviderAnswer
from tests.api.homefirst_world import PACKAGES, REQUESTS
from tests.api.test_cost import count
from tests.api.world import Partner, partner
from tests.factories import directory, patients
from tests.factories.homefirst_packages import Market

__all__ = ["count"]

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Market)]
PROVIDES = (Scope.REQUESTS_READ, Scope.REQUESTS_ANSWER)


@pytest.fixture
def market(cast) -> Market:
    return cast


@pytest.fixture
def holder(market) -> Partner:
    """The system of the lot's own provider."""
    return partner(market.holder, *PROVIDES)


@pytest.fixture
def rival(market) -> Partner:
    return partner(market.other, *PROVIDES)


@pytest.fixture
def council(market) -> Partner:
    return partner(market.council, Scope.PACKAGES_READ)


def today(days: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def at(package: CarePackage, step: str = "") -> str:
    return f"{REQUESTS}/{package.pk}" + (f"/{step}" if step else "")


def do(system: Partner, package: CarePackage, step: str, body=None, *, version: int | None = None, key: str = ""):
    """Take a step with the version just read."""
    if version is None:
        version = system.get(at(package)).json()["version"]
    headers = {"If-Match": f'W/"{version}"', "Idempotency-Key": key or str(uuid4())}
    return system.post(at(package, step), {} if body is None else body, **headers)


def offer(system: Partner, package: CarePackage, **changes):
    return do(system, package, "answer", {"answer": "offer", "can_start": today()} | changes)


def fields(answer) -> set[str]:
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return {error["field"] for error in answer.json()["errors"]}


class TestProvider:
    def test_it_sees_what_is_needed_and_not_who(self, market, holder):
        package = market.asked()
        (listed,) = holder.get(REQUESTS).json()["items"]
        assert set(listed) == set(documented.PackageRequest().fields)
        assert (listed["state"], listed["answer"], listed["patient"]) == ("to_answer", None, None)
        assert listed["needs"] == {
            "hours_a_week": 14.0,
            "visits_a_day": 4,
            "carers_a_visit": 2,
            "wanted_from": today(),
        }
        assert (listed["postcode_area"], listed["lot"]["slug"]) == ("LE10", market.lot.slug)
        read = holder.get(at(package))
        assert (read.json(), read["ETag"]) == (listed, f'W/"{listed["version"]}"')
        assert package.patient.family_name.encode() not in read.content
        assert package.patient.nhs_number.encode() not in read.content
        assert str(package.patient_id).encode() not in read.content
        assert not Access.objects.filter(patient_id=package.patient_id, via="api").exists()

    def test_it_answers_all_a_part_or_nothing_and_may_change_its_mind(self, market, holder):
        package = market.asked()
        part = offer(holder, package, answer="part", hours=7.5, note="Mornings")
        assert part.status_code == 200, part.content
        said = part.json()["answer"]
        assert (said["answer"], said["hours"], said["can_start"], said["note"]) == ("part", 7.5, today(), "Mornings")
        assert part.json()["state"] == "answered"
        none = do(holder, package, "answer", {"answer": "no_hours", "note": "Nobody on the round"})
        assert (none.json()["answer"]["hours"], none.json()["answer"]["can_start"]) == (None, None)
        assert offer(holder, package).json()["answer"]["hours"] == 14.0
        assert ProviderAnswer.objects.get(provider=market.holder).hours == Decimal(14)
        assert Event.objects.filter(kind="package.answered.v1").count() == 3

    def test_chosen_it_learns_who_and_says_that_care_has_started(self, market, holder):
        package = market.asked()
        offer(holder, package)
        answer = package.answers.get(provider=market.holder)
        packages.choose_offer(package_id=package.pk, answer_id=answer.pk, by=market.broker)
        (listed,) = holder.get(REQUESTS, {"state": "chosen"}).json()["items"]
        assert listed["patient"]["family_name"] == package.patient.family_name
        assert holder.get(at(package)).json() == listed
        looks = Access.objects.filter(patient_id=package.patient_id, via="api", outcome="allowed")
        assert set(looks.values_list("what", flat=True)) == {"package requests", "package request"}
        started = do(holder, package, "start", {"started_on": today()})
        assert started.status_code == 200, started.content
        assert (started.json()["state"], started.json()["patient"]) == ("running", {"id": str(package.patient_id)})
        package.refresh_from_db()
        assert (package.status, package.started_on.isoformat()) == ("active", today())
        again = do(holder, package, "start", {"started_on": today()})
        assert (again.status_code, again.json()["code"]) == (409, "INVALID_STATE")

    def test_others_answers_are_never_shown_nor_felt(self, market, holder, rival):
        package = market.asked(hours="14")
        before = holder.get(at(package))
        told = {"answer": "part", "hours": 9.5, "can_start": today(3), "note": "Verysecretnote"}
        assert do(rival, package, "answer", told).status_code == 200
        market.offer(package, by=market.rival)
        after = holder.get(at(package))
        assert (after.content, after["ETag"]) == (before.content, before["ETag"])
        mine = do(holder, package, "answer", {"answer": "no_hours"}, version=before.json()["version"])
        assert mine.status_code == 200, "a competitor's answer makes nobody's answer old"

    def test_who_was_not_chosen_learns_that_and_nothing_else(self, market, holder, rival):
        package = market.asked(hours="14")
        offer(holder, package)
        do(rival, package, "answer", {"answer": "part", "hours": 9.5, "can_start": today()})
        chosen = package.answers.get(provider=market.other)
        packages.choose_offer(package_id=package.pk, answer_id=chosen.pk, by=market.broker)
        packages_running.start_package(package_id=package.pk, by=market.broker, started_on=timezone.localdate())
        lost = holder.get(at(package)).json()
        assert (lost["state"], lost["needs"], lost["patient"], lost["started_on"]) == ("closed", None, None, None)
        assert [one["id"] for one in holder.get(REQUESTS, {"state": "closed"}).json()["items"]] == [str(package.pk)]
        for step, body in (("answer", {"answer": "no_hours"}), ("start", {"started_on": today()})):
            refused = do(holder, package, step, body)
            assert refused.status_code in {403, 409}, refused.content
            assert b"9.5" not in refused.content

    def test_what_others_are_asked_is_not_there(self, market, holder, rival):
        package = market.wanted()
        packages.ask_providers(package_id=package.pk, by=market.broker)
        assert rival.get(REQUESTS).json()["items"] == []
        stranger = partner(directory.organisation(OrganisationKind.HOME_CARE), *PROVIDES)
        for system in (rival, stranger):
            unseen, unknown = system.get(at(package)), system.get(f"{REQUESTS}/{uuid4()}")
            assert unseen.status_code == unknown.status_code == 404
            assert unseen.json()["detail"] == unknown.json()["detail"]
            for step, body in (("answer", {"answer": "no_hours"}), ("start", {"started_on": today()})):
                assert do(system, package, step, body, version=1).status_code == 404
        refused = Access.objects.filter(patient_id=package.patient_id, outcome=Access.Outcome.REFUSED)
        assert refused.filter(what="package request", via="api").count() == 6
        assert not package.answers.exclude(answer="").exists()

    def test_a_broker_that_provides_sees_no_more_as_a_provider(self, market):
        package, elsewhere = market.asked(), market.asked()
        ProviderAnswer.objects.filter(package=elsewhere, provider=market.holder).delete()
        patients.relate(elsewhere.patient, market.holder)
        both = partner(market.holder, *PROVIDES, Scope.PACKAGES_READ, Scope.PATIENTS_READ)
        assert [one["id"] for one in both.get(REQUESTS).json()["items"]] == [str(package.pk)]
        assert both.get(at(elsewhere)).status_code == 404
        assert both.get(PACKAGES).json()["items"] == []
        assert both.get(f"{PACKAGES}/{package.pk}").status_code == 404

    def test_lists_follow_what_concerns_the_provider(self, market, holder, rival):
        package = market.asked()
        CarePackage.objects.update(created_at=timezone.now() - timedelta(days=3))
        package.answers.update(asked_at=timezone.now() - timedelta(days=2))
        package.refresh_from_db()
        since = timezone.now().isoformat()

        def changed():
            return len(holder.get(REQUESTS, {"updated_since": since}).json()["items"])

        offer(rival, package)
        assert changed() == 0
        offer(holder, package)
        assert changed() == 1
        states = {state: len(holder.get(REQUESTS, {"state": state}).json()["items"]) for state in STATES}
        assert states == dict.fromkeys(STATES, 0) | {"answered": 1}

    def test_pages_follow_each_other_and_belong_to_their_system(self, market, holder, rival):
        known = {str(market.asked().pk) for _ in range(3)}
        first = holder.get(REQUESTS, {"limit": 2, "state": "to_answer,answered"}).json()
        second = holder.get(first["next"]).json()
        assert {one["id"] for one in (*first["items"], *second["items"])} == known
        assert second["next"] is None
        assert rival.get(first["next"]).json()["code"] == "INVALID_CURSOR"

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "answer"),
            ({"answer": None}, "answer"),
            ({"answer": "maybe"}, "answer"),
            ({"answer": "offer"}, "can_start"),
            ({"answer": "part", "can_start": "TODAY"}, "hours"),
            ({"answer": "part", "can_start": "TODAY", "hours": 0}, "hours"),
            ({"answer": "part", "can_start": "TODAY", "hours": 14}, "hours"),
            ({"answer": "part", "can_start": "TODAY", "hours": -1}, "hours"),
            ({"answer": "part", "can_start": "TODAY", "hours": 1e300}, "hours"),
            ({"answer": "part", "can_start": "TODAY", "hours": 0.04}, "hours"),
            ({"answer": "part", "can_start": "TODAY", "hours": "7"}, "hours"),
            ({"answer": "part", "can_start": "TODAY", "hours": True}, "hours"),
            ({"answer": "offer", "can_start": "1800-01-01"}, "can_start"),
            ({"answer": "offer", "can_start": "9999-12-31"}, "can_start"),
            ({"answer": "offer", "can_start": 1}, "can_start"),
            ({"answer": "no_hours", "note": "a" * 501}, "note"),
            ({"answer": "no_hours", "note": "\x00"}, "note"),
            ({"answer": "no_hours", "provider": "SOMEBODY"}, "provider"),
        ],
    )
    def test_what_is_wrong_with_an_answer_is_named(self, market, holder, body, field):
        package = market.asked()
        told = {name: today() if value == "TODAY" else value for name, value in body.items()}
        assert field in fields(do(holder, package, "answer", told))
        assert not package.answers.exclude(answer="").exists()

    @pytest.mark.parametrize("day", ["1800-01-01", "2016-01-01", "9999-12-31", "TOMORROW", None, 1, "today"])
    def test_care_starts_on_a_day_that_makes_sense(self, market, holder, day):
        package = market.chosen()
        assert fields(do(holder, package, "start", {"started_on": today(1) if day == "TOMORROW" else day}))
        package.refresh_from_db()
        assert package.status == "offered"

    def test_versions_and_keys(self, market, holder):
        package = market.asked()
        body, key = {"answer": "no_hours"}, str(uuid4())
        version = holder.get(at(package)).json()["version"]
        first, again = (do(holder, package, "answer", body, version=version, key=key) for _ in range(2))
        assert (again.content, again["Idempotent-Replayed"]) == (first.content, "true")
        stale = do(holder, package, "answer", body, version=version)
        assert (stale.status_code, stale.json()["code"]) == (412, "STALE_VERSION")
        assert holder.post(at(package, "answer"), body, **{"Idempotency-Key": "k"}).status_code == 428
        assert holder.post(at(package, "answer"), body, **{"If-Match": 'W/"1"'}).status_code == 400
        assert Event.objects.filter(kind="package.answered.v1").count() == 1

    def test_scopes_that_read_answer_nothing(self, market):
        package = market.asked()
        for scopes in ((Scope.REQUESTS_READ,), (Scope.PACKAGES_READ,), (Scope.REQUESTS_READ, Scope.PACKAGES_READ)):
            system = partner(market.holder, *scopes)
            answer = do(system, package, "answer", {"answer": "no_hours"}, version=1)
            assert answer.json()["code"] == "INSUFFICIENT_SCOPE"


class TestCouncil:
    def test_it_reads_its_packages_with_every_answer(self, market, council):
        package = market.asked()
        market.offer(package)
        market.offer(package, by=market.rival, answer="no_hours")
        (listed,) = council.get(PACKAGES).json()["items"]
        assert set(listed) == set(documented.CarePackageSummary().fields)
        assert (listed["asked"], listed["offers"], listed["no_hours"]) == (2, 1, 1)
        assert listed["patient"]["family_name"] == package.patient.family_name
        read = council.get(f"{PACKAGES}/{package.pk}")
        body = read.json()
        assert set(body) == set(documented.CarePackageRecord().fields)
        assert {one["organisation"]["name"]: (one["answer"], one["hours"]) for one in body["answers"]} == {
            market.holder.name: ("offer", 14.0),
            market.other.name: ("no_hours", None),
        }
        assert body["answers"][0]["asked_at"].endswith("Z")
        package.refresh_from_db()
        assert read["ETag"] == f'W/"{package.version}"'
        looks = Access.objects.filter(patient_id=package.patient_id, via="api")
        assert set(looks.values_list("what", flat=True)) == {"packages of care", "package of care"}

    def test_a_running_package_with_what_reviews_released(self, market, council):
        package = market.running()
        packages_running.review_package(
            package_id=package.pk, by=market.broker, on=timezone.localdate(), hours_after=Decimal("10.5")
        )
        body = council.get(f"{PACKAGES}/{package.pk}").json()
        assert body["reviews"] == [{"on": today(), "hours_before": 14.0, "hours_after": 10.5}]
        assert (body["provider"]["name"], body["status"], body["case"]) == (market.holder.name, "active", None)

    def test_filters(self, market, council):
        market.asked(), market.chosen()
        later = (timezone.now() + timedelta(minutes=1)).isoformat()
        for query, found in (
            ({"status": "wanted"}, 1),
            ({"status": "wanted,offered"}, 2),
            ({"place": "leicestershire"}, 2),
            ({"place": "rutland"}, 0),
            ({"updated_since": later}, 0),
        ):
            assert len(council.get(PACKAGES, query).json()["items"]) == found, query
        assert council.get(PACKAGES, {"status": "lost"}).status_code == 422

    def test_another_council_sees_none_of_them_whomever_it_knows(self, market):
        package = market.asked()
        elsewhere = directory.organisation(OrganisationKind.COUNCIL)
        patients.relate(package.patient, elsewhere)
        system = partner(elsewhere, Scope.PACKAGES_READ)
        assert system.get(PACKAGES).json()["items"] == []
        assert system.get(f"{PACKAGES}/{package.pk}").status_code == 404
        assert Access.objects.filter(patient_id=package.patient_id, outcome=Access.Outcome.REFUSED).count() == 1


STATES = ("to_answer", "answered", "chosen", "running", "ended", "closed")


class TestCost:
    def test_lists_and_reads(self, market, holder, council, count):
        for _ in range(3):
            package = market.chosen()
        assert count(lambda: holder.get(REQUESTS)) == 3  # who, rows, log
        assert count(lambda: council.get(PACKAGES)) == 3
        assert count(lambda: holder.get(at(package))) == 3
        assert count(lambda: council.get(f"{PACKAGES}/{package.pk}")) == 3

    def test_steps(self, market, holder, count):
        package = market.asked()
        version = holder.get(at(package)).json()["version"]
        body = {"answer": "offer", "can_start": today()}
        # who, key; package, own answer; answer, package, act, event; read back; kept
        assert count(lambda: do(holder, package, "answer", body, version=version)) == 9

    def test_start(self, market, holder, count):
        package = market.chosen()
        version = holder.get(at(package)).json()["version"]
        body = {"started_on": today()}
        # who, key; package, what it knows; package, act, event; read back; kept
        assert count(lambda: do(holder, package, "start", body, version=version)) == 8
