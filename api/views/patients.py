"""Who a person is, for organisations with a relationship to them; every look is logged, and every refusal."""

from rest_framework.request import Request
from rest_framework.response import Response

from api.conditions import etag
from api.documentation import patients as documented
from api.problems import not_found
from api.scopes import Scope
from api.views.base import Endpoint, identifier
from audit.access import log_read
from audit.models import Access
from patients.models import Patient

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
