"""What the forms of care share: what the person has open, and how their boxes are drawn."""

from typing import Any, ClassVar

from django import forms

from pages.forms import SeenForm

LONGEST_WEEK = 168


def hours(label: str, *, required: bool = True, least: float = 0) -> forms.DecimalField:
    """Hours a week, to the tenth."""
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=least,
        max_value=LONGEST_WEEK,
        max_digits=5,
        decimal_places=1,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={
            "required": "Enter the hours, like 7 or 3.5",
            "invalid": "Hours must be a number, like 7 or 3.5",
            "max_decimal_places": "Give hours to the tenth, like 3.5",
        },
    )


def number(label: str, least: int, most: int) -> forms.IntegerField:
    """A whole number."""
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "Enter a number", "invalid": "Enter a whole number, like 2"},
    )


class CareForm(SeenForm):
    """An action needs the version seen; most need more."""

    looks: ClassVar[dict[str, dict[str, Any]]] = {}
    """How a box is drawn where it is not as usual: its hint, its width, that it is small."""
    reveals: ClassVar[dict[str, dict[str, str]]] = {}
    """Which field a choice of another reveals."""

    def __init__(self, data: Any = None, *, held: Any, **kwargs: Any) -> None:
        """`held` is what one actor has open: a homefirst.opened.Opened."""
        self.held = held
        super().__init__(data, current=held.subject.version, **kwargs)

    def drawn(self) -> list[dict[str, Any]]:
        """Boxes as the template draws them: what another reveals is drawn inside it; `group` is written above one."""
        inside = {name for shown in self.reveals.values() for name in shown.values()}
        return [
            {
                "bound": bound,
                "look": self.looks.get(bound.name, {}),
                "reveal": {choice: self[name] for choice, name in self.reveals.get(bound.name, {}).items()},
            }
            for bound in self.visible_fields()
            if bound.name not in inside
        ]


class NothingForm(CareForm):
    """Nothing to type."""
