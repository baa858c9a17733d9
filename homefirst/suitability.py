"""Does this bed suit this person? A pure function of the two, with its reasons in words.

What nobody has recorded is said, and does not exclude a bed: whoever reserves it knows the person.
"""

from dataclasses import dataclass
from decimal import Decimal

from homefirst.codes import BedSex, Designation, Mobility
from patients.models import Sex


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person needs of a bed; empty means not known."""

    designations: frozenset[str] = frozenset()
    sex: str = ""
    infection: bool = False
    mobility: str = ""
    hours_a_day: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """What a bed offers. `hours_left` is what the ward's staff could still give a day; None where nobody counts."""

    designation: str
    sex: str = BedSex.ANY
    side_room: bool = False
    hoist: bool = False
    hours_left: Decimal | None = None

    @property
    def is_home(self) -> bool:
        return self.designation == Designation.HOME


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing for (ok), against (not ok) or not known (None)."""

    ok: bool | None
    text: str


@dataclass(frozen=True, slots=True)
class Suitability:
    """Whether a bed suits, and why."""

    reasons: tuple[Reason, ...]

    @property
    def fits(self) -> bool:
        return not self.against

    @property
    def against(self) -> list[str]:
        """What speaks against it, in words."""
        return [reason.text for reason in self.reasons if reason.ok is False]

    @property
    def words(self) -> str:
        """Every reason, in one line."""
        return "; ".join(reason.text for reason in self.reasons)


def suits(wanted: Wanted, place: Place) -> Suitability:
    """Weigh one bed for one person."""
    found = [_designation(wanted, place)]
    if not place.is_home:
        found += [_sex(wanted, place), _infection(wanted, place), _mobility(wanted, place)]
    found.append(_hours(wanted, place))
    return Suitability(tuple(reason for reason in found if reason))


def _designation(wanted: Wanted, place: Place) -> Reason:
    here = Designation(place.designation).label
    if not wanted.designations:
        return Reason(None, f"{here}: nobody has said what kind of bed is needed")
    if place.designation in wanted.designations:
        return Reason(ok=True, text=f"{here}, as needed")
    needed = " or ".join(sorted(Designation(one).label.lower() for one in wanted.designations))
    return Reason(ok=False, text=f"It is for {here.lower()}; the person needs {needed}")


def _sex(wanted: Wanted, place: Place) -> Reason | None:
    if place.sex == BedSex.ANY:
        return None
    bay = BedSex(place.sex).label
    if wanted.sex not in {Sex.FEMALE, Sex.MALE}:
        return Reason(None, f"{bay}: the person’s sex is not recorded, so ask which bay is right")
    if wanted.sex == place.sex:
        return Reason(ok=True, text=f"{bay}, as needed")
    return Reason(ok=False, text=f"It is in a {bay.lower()}")


def _infection(wanted: Wanted, place: Place) -> Reason | None:
    if not wanted.infection:
        return None
    text = "Side room, as infection needs" if place.side_room else "It is not a side room, and infection needs one"
    return Reason(place.side_room, text)


def _mobility(wanted: Wanted, place: Place) -> Reason | None:
    if wanted.mobility != Mobility.TWO:
        return None
    text = "Hoist, as needed" if place.hoist else "It has no hoist, and the person needs two people or a hoist"
    return Reason(place.hoist, text)


def _hours(wanted: Wanted, place: Place) -> Reason | None:
    if place.hours_left is None or wanted.hours_a_day is None:
        return None
    left, needed = _plain(place.hours_left), _plain(wanted.hours_a_day)
    if wanted.hours_a_day <= place.hours_left:
        return Reason(ok=True, text=f"{needed} hours a day needed, {left} left")
    return Reason(ok=False, text=f"The staff have {left} hours a day left, and the person needs {needed}")


def _plain(hours: Decimal) -> str:
    """2 rather than 2.0."""
    return f"{hours.normalize():f}"
