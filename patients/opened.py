"""What somebody has open about one person: whether they may read it now, who it is, and that it was logged."""

from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Self
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.actors import Actor
from audit.access import log_read
from audit.errors import NotFound
from audit.models import Access
from patients.errors import Sealed
from patients.models import BreakGlass, Patient
from patients.presenters import banner


class PersonFile:
    """One row about one person as one actor may see it now."""

    model: ClassVar[Any]
    related: ClassVar[tuple[str, ...]] = ()
    """What a page of it reads together with the row."""
    noun: ClassVar[str]
    """What people call it."""
    what: ClassVar[str]
    """What the access log calls it."""
    page: ClassVar[str]
    """The address of its page."""
    knows_who: bool = True
    """Whether the actor may know who the person is."""

    def __init__(self, row: Any, actor: Actor) -> None:
        self.row, self.actor = row, actor
        self.now: datetime = timezone.now()

    @classmethod
    def open(cls, pk: UUID, actor: Actor) -> Self:
        """As find(); Sealed while the record is restricted and not opened with a reason."""
        file = cls.find(pk, actor)
        if file.is_sealed:
            query = urlencode({"next": file.href})
            open_href = f"{reverse('patient_break_glass', args=[file.person.pk])}?{query}"
            raise Sealed(called=file.called, open_href=open_href)
        return file

    @classmethod
    def find(cls, pk: UUID, actor: Actor) -> Self:
        """The row; NotFound when it does not exist or is none of the actor's business, which is then logged."""
        found = cls.rows(actor).select_related(*cls.related).filter(pk=pk).first()
        if found is None:
            cls.log_refusal(pk, actor)
            raise NotFound(f"There is no such {cls.noun}, or you cannot see it.")
        return cls(found, actor)

    @classmethod
    def rows(cls, actor: Actor) -> QuerySet[Any]:
        """Those that the actor has to do with, restricted people among them."""
        return cls.model.objects.related_to(actor)

    @classmethod
    def log_refusal(cls, pk: UUID, actor: Actor) -> None:
        """Somebody asked for a row that exists and is none of their business."""
        patient_id = cls.model.objects.filter(pk=pk).values_list("patient", flat=True).first()
        if patient_id is not None:
            about = {"patient_id": patient_id, "subject_id": pk}
            log_read(by=actor, what=cls.what, outcome=Access.Outcome.REFUSED, **about)

    def log(self) -> None:
        """Record that the actor has the person before them."""
        if self.knows_who:
            outcome = Access.Outcome.BREAK_GLASS if isinstance(self.opened, BreakGlass) else Access.Outcome.ALLOWED
            about = {"patient_id": self.patient.pk, "subject_id": self.row.pk}
            log_read(by=self.actor, what=self.what, outcome=outcome, **about)

    @property
    def href(self) -> str:
        """Its page."""
        return reverse(self.page, args=[self.row.pk])

    @property
    def called(self) -> str:
        """What it is called where the person must not be named."""
        return f"{self.noun.capitalize()} {self.row.reference}"

    @property
    def patient(self) -> Patient:
        """The record that the row names."""
        return self.row.patient

    @property
    def person(self) -> Patient:
        """The record in use of the person."""
        return self.patient.merged_into or self.patient

    @cached_property
    def opened(self) -> BreakGlass | bool | None:
        """The emergency access under which a restricted record is open to this actor."""
        if not self.person.restricted:
            return None
        accesses = BreakGlass.objects.open_for(self.actor, self.now).of_person(self.person.pk)
        return accesses.order_by("-expires_at").first()

    @property
    def is_sealed(self) -> bool:
        """Restricted, and not yet opened with a reason."""
        return self.knows_who and self.person.restricted and not self.opened

    @property
    def banner(self) -> dict[str, Any] | None:
        """Who it is about, for components/patient_banner.jinja."""
        return banner(self.patient, self.actor, self.opened or False) if self.knows_who else None
