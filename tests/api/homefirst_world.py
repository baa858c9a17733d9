"""What Home First has for made-up requests: a person getting home, their tasks, beds and packages of one trust."""

from typing import Any
from uuid import UUID

from django.db.models import Sum
from hypothesis import strategies as st

from api.homefirst_packages import one_request
from homefirst.models import DischargeCase, DischargeTask, Spell
from homefirst.states import DischargeStatus
from tests.api.world import Partner, World
from tests.factories import homefirst_beds as beds
from tests.factories import patients
from tests.factories.homefirst_discharge import Cast, make_case, task
from tests.factories.homefirst_packages import Market

CASES, TASKS = "/api/v1/discharge-cases", "/api/v1/discharge-tasks"
PACKAGES, REQUESTS, WARDS = "/api/v1/packages", "/api/v1/package-requests", "/api/v1/wards"
HOME_FIRST = (CASES, TASKS, PACKAGES, REQUESTS, WARDS)


class HomeFirst:
    """One trust that is hospital, hub, council and provider at once, so that its system may do everything."""

    def __init__(self, world: World) -> None:
        trust = world.trust
        self.cast = Cast(trust=trust, acute=trust)
        self.cases = [make_case(self.cast, status) for status in (DischargeStatus.PLANNING, DischargeStatus.ARRANGING)]
        self.tasks = [task(self.cast, case, organisation_id=trust.pk) for case in self.cases]
        self.ward = beds.ward({}, {"designation": "stroke"}, runs=trust)
        self.bed = self.ward.beds.first()
        self.market = Market(council=trust, holder=trust)
        self.packages = [self.market.asked(), self.market.chosen()]
        self.person = patients.patient(seen_by=trust)

    def ids(self, draw: Any) -> dict[str, Any]:
        """For the gaps of an address."""
        return {
            "case": draw(st.sampled_from(self.cases)).pk,
            "task": draw(st.sampled_from(self.tasks)).pk,
            "package": draw(st.sampled_from(self.packages)).pk,
            "ward": self.ward.slug,
            "bed": self.bed.pk,
        }

    def fill(self, body: dict[str, Any]) -> None:
        """Somebody and some organisation that exist, where a body names one by id."""
        known = {"organisation": self.cast.stores, "hospital": self.cast.hospital}
        body.update({name: str(one.pk) for name, one in known.items() if name in body})
        if isinstance(body.get("patient"), str):
            body["patient"] = str(self.person.pk)
            body.pop("nhs_number", None)
            body.pop("referral", None)

    def version(self, system: Partner, named: dict[str, str]) -> int:
        """What reading it would say now. Read from the database: Django's own browser would close the connection."""
        for name, version in (("task", of_task), ("case", of_case), ("bed", of_bed), ("package", of_request)):
            if name in named:
                return version(system, UUID(named[name])) or 0
        return 0


def of_case(_system: Partner, pk: UUID) -> int | None:
    return DischargeCase.objects.filter(pk=pk).values_list("version", flat=True).first()


def of_task(_system: Partner, pk: UUID) -> int | None:
    return DischargeTask.objects.filter(pk=pk).values_list("version", flat=True).first()


def of_bed(_system: Partner, pk: UUID) -> int | None:
    return Spell.objects.filter(bed=pk).aggregate(sum=Sum("version"))["sum"]


def of_request(system: Partner, pk: UUID) -> int | None:
    row = one_request(system.actor, pk)
    return row["seen_version"] if row else None
