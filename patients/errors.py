"""Refusals about people that a page or a partner answers in their own way."""

from uuid import UUID

from audit.errors import DomainError


class AlreadyHere(DomainError):
    """The person has a record: use it instead of adding another."""

    code = "PATIENT_EXISTS"

    def __init__(self, patient_id: UUID):
        super().__init__(
            "This person is already here. Use their record instead of adding another.",
            field="nhs_number",
            patient_id=patient_id,
        )
        self.patient_id = patient_id
