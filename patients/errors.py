"""Refusals about people that a page or a partner answers in their own way."""

from uuid import UUID

from audit.errors import DomainError, NotFound, NotPermitted


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


class Sealed(NotPermitted, NotFound):
    """The person's record is restricted, and this actor has not opened it with a reason: until then it is not there."""

    code = "RESTRICTED"
    page = "patients/sealed.jinja"

    def __init__(self, *, called: str, open_href: str):
        """`called` is what the page says of what was asked for; `open_href` is where a reason is given."""
        words = "This person’s record is restricted. Give a reason to open it."
        super().__init__(words, called=called, open_href=open_href)
