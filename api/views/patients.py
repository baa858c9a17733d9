"""Who a person is, for organisations with a relationship to them; every look is logged, and every refusal."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Lower
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Actor
from accounts.prepared import Slots, as_actor, ids_of, rows, shape_of
from api.conditions import etag
from api.documentation import patients as documented
from api.fields import read_address
from api.inputs import PatientFilters
from api.problems import not_found
from api.scopes import Scope
from api.views.base import Endpoint, identifier
from audit.access import log_list, log_read
from audit.models import Access
from patients.models import Patient
from patients.nhs_number import normalise

COLUMNS = (
    "id",
    "version",
    "nhs_number",
    "nhs_number_status",
    "nhs_number_valid",
    "family_name",
    "given_name",
    "date_of_birth",
    "sex",
    "address",
    "postcode",
    "phone",
    "residence",
    "contact_needs",
    "deceased_at",
    "merged_into_id",
    "updated_at",
    "practice__ods_code",
    "practice__name",
    "place__slug",
)


MOST = 20
Asked = Mapping[str, Any]


class Patients(Endpoint):
    """People that your organisation has a relationship with."""

    scopes = {"GET": (Scope.PATIENTS_READ,)}

    @documented.found
    def get(self, request: Request) -> Response:
        """Find people by NHS number, or by family name and date of birth. Whoever is shown is logged."""
        found = search(self.actor, read_address(PatientFilters, request.query_params))
        log_list(by=self.actor, patient_ids=[row["id"] for row in found], what="patient search", via=Access.Via.API)
        return Response({"items": [represent(row) for row in found], "next": None})


def search(by: Actor, asked: Asked) -> list[dict[str, Any]]:
    """Rows of COLUMNS, the record in use before those that were merged into it; none for a number without digits."""
    wanted = {name: normalise(asked[name]) if name == "nhs_number" else asked[name] for name in asked}
    if wanted.get("nhs_number") == "":
        return []
    shape = ("patients", shape_of(by), frozenset(wanted))
    return rows(shape, ids_of(by) | wanted, lambda slots: _search(as_actor(by, slots), slots))


def _search(by: Actor, slots: Slots) -> Any:
    found = Patient.objects.visible_to(by)
    if "nhs_number" in slots:
        found = found.filter(nhs_number=slots["nhs_number"]).exclude(nhs_number="")  # the index leaves these out
    if "family_name" in slots:
        found = found.annotate(family=Lower("family_name")).filter(family=Lower(Value(slots["family_name"])))
    if "date_of_birth" in slots:
        found = found.filter(date_of_birth=slots["date_of_birth"])
    return found.order_by(F("merged_into").asc(nulls_first=True), "id").values(*COLUMNS)[:MOST]


class OnePatient(Endpoint):
    """One person."""

    scopes = {"GET": (Scope.PATIENTS_READ,)}

    @documented.one
    def get(self, request: Request, patient: str) -> Response:
        """Read who a person is. The read is logged with your organisation and system."""
        patient_id = identifier(patient)
        row = Patient.objects.visible_to(self.actor).filter(pk=patient_id).values(*COLUMNS).first()
        outcome = Access.Outcome.ALLOWED if row else Access.Outcome.REFUSED
        log_read(by=self.actor, patient_id=patient_id, what="patient", via=Access.Via.API, outcome=outcome)
        if row is None:
            raise not_found()
        return Response(represent(row), headers={"ETag": etag(row["version"])})


def represent(row: dict) -> dict:
    """A person as partners see them."""
    practice = {"ods_code": row["practice__ods_code"], "name": row["practice__name"]}
    plain = ("id", "version", "nhs_number_status", "nhs_number_valid", "family_name", "given_name", "date_of_birth")
    texts = ("sex", "address", "postcode", "phone", "residence", "contact_needs", "deceased_at", "updated_at")
    return {name: row[name] for name in (*plain, *texts)} | {
        "nhs_number": row["nhs_number"] or None,
        "merged_into": row["merged_into_id"],
        "practice": practice if row["practice__name"] else None,
        "place": row["place__slug"],
    }
