"""The question to the planner."""

import secrets
from typing import Any

from django import forms

from homefirst.planner.assumptions import Assumptions

USUAL = Assumptions()
SEED_DIGITS = 6


def _whole(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "Enter a number", "invalid": "Enter a whole number, like 47"},
    )


def _number(label: str) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": "Enter a number", "invalid": "Enter a number, like 1 or 0.5"},
    )


class PlanForm(forms.Form):
    """What the run assumes."""

    fewest = _whole("Fewest places")
    most = _whole("Most places")
    demand_percent = _whole("Demand, in per cent of last year’s")
    patience_days = _number("Days that somebody can wait for a place")
    refused_at_most = _number("Refused at most, in per cent")
    replications = _whole("Simulated years")
    seed = forms.IntegerField(
        label="Seed",
        required=False,
        min_value=0,
        max_value=2**62,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("fewest", "most", "demand_percent", "replications"):
            self.fields[name].initial = getattr(USUAL, name)
        for name in ("patience_days", "refused_at_most"):
            self.fields[name].initial = f"{getattr(USUAL, name):g}"

    @property
    def assumptions(self) -> Assumptions:
        """What was asked; not yet checked."""
        return Assumptions(**{name: value for name, value in self.cleaned_data.items() if name != "seed"})

    @property
    def chosen_seed(self) -> int:
        """The seed that was given, or a new one."""
        given = self.cleaned_data["seed"]
        return secrets.randbelow(10**SEED_DIGITS) if given is None else given
