"""The one writer of a status in Home First: lock, check the version, move by the table, and write act and event.

Every action opens a step on a subject that it has locked. The act's unique (subject, version) is what the database
guarantees: two people cannot both take version 3 to version 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from accounts.actors import Actor
from audit.errors import IllegalTransition, NotFound, StaleVersion
from audit.events import Kind, event
from audit.inserting import Inserting
from audit.models import Event
from homefirst.models import Act
from homefirst.models.history import Subject
from referrals.steps import overtaken

Table = Mapping[str, tuple[str, ...]]


def locked(rows: models.QuerySet[Any], pk: UUID, what: str) -> Any:
    """The row of this id, locked until the transaction ends; NotFound when the actor may not see it.

    `rows` starts from visible_to(by).
    """
    found = rows.select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise NotFound(f"There is no such {what}, or you cannot see it.")
    return found


def check_version(subject: Subject, expected: int | None) -> None:
    """Refuse what was decided on an older page."""
    if expected is None or expected == subject.version:
        return
    last = Act.objects.filter(subject_id=subject.pk).order_by("-version").first()
    if last is None:
        raise StaleVersion("This has changed since you opened it. Check what changed, then decide again.")
    raise overtaken(last, "changed this", version=subject.version)


@dataclass
class StepInHand:
    """One verb by one actor on one subject; save() writes the subject, the act and the events."""

    subject: Any
    verb: str
    by: Actor
    at: datetime = field(default_factory=timezone.now)
    reason: str = ""
    patient_id: UUID | None = None
    from_status: str = ""
    to_status: str = ""
    events: list[tuple[Kind, dict[str, Any]]] = field(default_factory=list)

    def move(self, to: str, table: Table, events: Mapping[Any, Kind], **data: Any) -> None:
        """Change the status by the table, and record the event that belongs to it."""
        before = self.subject.status
        if to not in table[before]:
            raise IllegalTransition("This has moved on meanwhile, so that is no longer possible. Look at it again.")
        self.from_status, self.to_status = before, to
        self.subject.status = to
        self.event(events[to], **data)

    def event(self, kind: Kind, **data: Any) -> None:
        """Record this event with the step. Data holds codes and ids, never names or free text."""
        self.events.append((kind, data))

    def save(self) -> None:
        """Write everything. A new subject is inserted."""
        save_together(self)

    def write_subject(self) -> None:
        """The subject in its next version."""
        subject, created = self.subject, self.subject.version == 0
        subject.version += 1
        subject.updated_at = self.at
        if created:
            subject.created_at = self.at
        subject.save(force_insert=created)

    @property
    def act(self) -> Act:
        """What history keeps of the step, unsaved."""
        return Act.of(
            self.subject,
            self.verb,
            by=self.by,
            at=self.at,
            patient_id=self.patient_id,
            from_status=self.from_status,
            to_status=self.to_status,
            reason=self.reason,
        )

    @property
    def told(self) -> list[Event]:
        """The events of the step, unsaved, in the order in which they were recorded."""
        about = {"by": self.by, "subject": self.subject, "patient_id": self.patient_id, "at": self.at}
        return [event(kind, **about, **data) for kind, data in self.events]


def save_together(*steps: StepInHand) -> None:
    """Write steps of one transaction: their subjects, then all acts and all events in one go."""
    for step in steps:
        step.write_subject()
    inserting = Inserting()
    inserting.add(step.act for step in steps)
    inserting.add(told for step in steps for told in step.told)
    inserting.run()
