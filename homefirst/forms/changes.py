"""Forms of changes of capacity: what is proposed, and where everybody goes when it is confirmed."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from django import forms

from homefirst.actions.changes import LET_GO
from homefirst.board import BedNow, WardNow
from homefirst.codes import ChangeKind, WardKind
from homefirst.impact import Touched
from homefirst.placing import Choice
from homefirst.presenters.beds import STATE_WORDS
from pages.fields import NHSDateField
from pages.forms import one_of, text
from pages.words import LONDON

NOT_KEPT = (LET_GO, "No bed: let the reservation go")


class ProposeForm(forms.Form):
    """Which beds, from when, until when, why."""

    kind = one_of("What do you propose?", missing="Select what you propose")
    things = forms.MultipleChoiceField(
        label="Which beds or places?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one bed or place"},
    )
    starts_on = NHSDateField(label="From which day?", required=False, future=True)
    ends_on = NHSDateField(label="Open again on which day?", required=False, future=True)
    reason = text("Why?", 300, rows=2, missing="Say why")
    boxes = {"starts_at": "starts_on", "ends_at": "ends_on"}

    def __init__(self, data: Any = None, *, ward: WardNow, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        kinds = [ChangeKind.CLOSE_BEDS, *([ChangeKind.END_RAMP] if ward.kind == WardKind.BLOCK else [])]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        self.fields["kind"].initial = ChangeKind.CLOSE_BEDS
        self.fields["things"].choices = [(str(bed.id), _bed_words(bed)) for bed in ward.beds]

    @property
    def arguments(self) -> dict[str, Any]:
        """What the action is called with: a day begins at midnight in London, today begins now."""
        given = self.cleaned_data
        now = datetime.now(UTC)
        on, ends = given["starts_on"], given["ends_on"]
        later = on is not None and on > now.astimezone(LONDON).date()
        return {
            "kind": given["kind"],
            "things": [UUID(pk) for pk in given["things"]],
            "starts_at": datetime.combine(on, time(0), LONDON) if later else now,
            "ends_at": datetime.combine(ends, time(0), LONDON) if ends else None,
            "reason": given["reason"],
        }


def _bed_words(bed: BedNow) -> str:
    return f"{bed.label}: {STATE_WORDS[bed.state].lower()}"


class ConfirmForm(forms.Form):
    """Where each person goes, against the digest of what was shown."""

    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, spells: Sequence[tuple[Touched, list[Choice]]], digest: str, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["shown"].initial = digest
        used: set[UUID] = set()
        for one, beds in spells:
            self.fields[f"place_{one.id}"] = _place_field(one, beds, used)

    @property
    def places(self) -> dict[UUID, UUID | str]:
        """The bed for each stay and reservation."""
        chosen = {name.removeprefix("place_"): value for name, value in self.cleaned_data.items() if name != "shown"}
        return {UUID(pk): LET_GO if value == LET_GO else UUID(value) for pk, value in chosen.items() if value}

    def place_of(self, one: Touched) -> Any:
        """The field of one stay or reservation."""
        return self[f"place_{one.id}"]


def _place_field(one: Touched, beds: Sequence[Choice], used: set[UUID]) -> forms.ChoiceField:
    """Free beds that suit, the first that nobody else was given suggested."""
    first = next((choice.bed.id for choice in beds if choice.bed.id not in used), None)
    used |= {first} if first else set()
    options = [("", "Select a bed"), *((str(choice.bed.id), choice.text) for choice in beds)]
    options += [NOT_KEPT] if one.kind == "reservation" else []
    return forms.ChoiceField(
        label=f"Where instead of {one.text}?",
        choices=options,
        initial=str(first or ""),
        error_messages={"required": f"{one.text}: select another bed"},
    )
