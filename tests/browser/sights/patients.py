"""The pages of the room patients, and who looked at whom."""

from django.urls import reverse

from patients import actions as records
from patients.models import BreakGlass, Merge
from tests.browser.sights.scene import Scene, Sight, about, plain
from tests.factories import patients

SIGHTS: dict[str, list[Sight]] = {
    "patient_search": [plain("patient_search", "clinician", "Search")],
    "patient_add": [plain("patient_add", "clinician", "Add this person")],
    "patient": [
        about("patient", "clinician", "person"),
        about("patient", "lead", "one"),
        about("patient", "gp", "secret"),
    ],
    "patient_edit": [about("patient_edit", "clinician", "person")],
    "patient_verify": [about("patient_verify", "clinician", "person", "The number is theirs")],
    "patient_died": [about("patient_died", "clinician", "person", "Record the death")],
    "patient_restrict": [about("patient_restrict", "lead", "person", "Restrict the record")],
    "patient_break_glass": [about("patient_break_glass", "lead", "secret", "Open the record")],
    "patient_merge": [Sight("lead", lambda scene: reverse("patient_merge", args=[scene.one.pk, scene.other.pk]))],
    "patient_unmerge": [
        Sight(
            "lead",
            lambda scene: reverse("patient_unmerge", args=[scene.one.pk, scene.merge.pk]),
            "Separate the records",
        )
    ],
    "governance": [plain("governance", "guardian", "See who looked")],
    "governance_patient": [about("governance_patient", "guardian", "person")],
    "governance_restriction": [about("governance_restriction", "guardian", "secret", "Lift the restriction")],
    "governance_person": [
        Sight("guardian", lambda scene: reverse("governance_person", args=[scene.cast.clinician.id]))
    ],
    "governance_refused": [plain("governance_refused", "guardian")],
    "governance_glass": [plain("governance_glass", "guardian")],
    "governance_glass_review": [about("governance_glass_review", "guardian", "glass", "Record the review")],
}


class Patients(Scene):
    """A restricted record whose glass was broken, and two records of which one took in a third."""

    def prepare(self) -> None:
        self.secret = patients.patient(seen_by=self.cast.trust)
        records.restrict(by=self.lead, patient_id=self.secret.pk, reason="Family member works here")
        self.glass: BreakGlass = records.open_glass(
            by=self.cast.clinician, patient_id=self.secret.pk, reason="Collapsed at the front door"
        )
        same = {"given_name": "Ann", "family_name": "Twice"}
        self.one, self.other, third = (
            patients.patient(seen_by=self.cast.trust, nhs_number="", **same) for _ in range(3)
        )
        self.merge: Merge = records.merge(
            by=self.lead, kept_id=self.one.pk, absorbed_id=third.pk, reason="Same address, same daughter"
        )
