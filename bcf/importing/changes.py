"""What a file would change: figures that are new, figures that say something else now, figures that stay."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bcf.importing.lines import Key, Line
from bcf.models import PublishedFigure
from bcf.published import known_figures

NUMBERS = ("value", "numerator", "denominator", "target", "rag")
SAID = (*NUMBERS, "rag_reason", "status", "source")


class Kind(StrEnum):
    """What a row does."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Change:
    """One row and the figure it follows, if any."""

    line: Line
    before: PublishedFigure | None

    @property
    def differs(self) -> list[tuple[str, Any, Any]]:
        """Name, old and new of everything that changes."""
        if self.before is None:
            return []
        pairs = ((name, getattr(self.before, name), getattr(self.line, name)) for name in SAID)
        return [(name, old, new) for name, old, new in pairs if old != new]

    @property
    def kind(self) -> Kind:
        if self.before is None:
            return Kind.NEW
        return Kind.CHANGED if self.differs else Kind.UNCHANGED

    @property
    def restates(self) -> bool:
        """Whether a number or a rating changes, which needs a reason. Making a figure final does not."""
        return any(name in NUMBERS for name, _, _ in self.differs)


def compare(lines: Sequence[Line]) -> list[Change]:
    """Each row with the figure that is known now; one statement."""
    wanted = {line.metric for line in lines}, {line.area_id for line in lines}
    known: dict[Key, PublishedFigure] = {
        (figure.metric, figure.area_id, figure.period, figure.start): figure
        for figure in known_figures().filter(metric__in=wanted[0], area__in=wanted[1])
    }
    return [Change(line, known.get(line.key)) for line in lines]


def fingerprint(changes: Iterable[Change]) -> str:
    """Differs as soon as a figure that the file touches is another one than it was."""
    digest = hashlib.sha256()
    for change in changes:
        digest.update(f"{change.line.row} {change.before.pk if change.before else ''}\n".encode())
    return digest.hexdigest()
