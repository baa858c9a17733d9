"""What is done with a bed or with who is in it, each on a page of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.access import requires
from accounts.actors import Actor
from accounts.roles import Permission
from audit.access import log_read
from homefirst.actions import beds as actions
from homefirst.actions import wards as ward_actions
from homefirst.board import wards_now
from homefirst.forms import beds as forms
from homefirst.forms.taking import NothingForm
from homefirst.models import Bed, Spell
from homefirst.placing import Choice, asked, choices
from homefirst.policies.beds import can_manage
from homefirst.spells import needs_of
from homefirst.states import BED_TRANSITIONS, SpellKind
from homefirst.steps import NotFound
from homefirst.turns import TAKING, lasts
from homefirst.views.taking import Taking, view_of
from patients.models import Patient
from patients.presenters import banner

MISSING = "There is no such bed, or you cannot see it."


@dataclass
class BedSubject:
    """A bed as the subject of a form; its version is how often it has been used."""

    pk: UUID
    version: int
    state: str
    organisation_id: UUID


class Held:
    """A bed that one actor has open."""

    def __init__(self, bed: Bed, actor: Actor, patient_id: UUID | None) -> None:
        self.bed, self.actor = bed, actor
        self.person = (
            Patient.objects.visible_to(actor).filter(pk=patient_id).select_related("practice", "merged_into").first()
            if patient_id
            else None
        )

    @property
    def banner(self) -> dict[str, Any] | None:
        return banner(self.person, self.actor, opened=True) if self.person else None

    @property
    def href(self) -> str:
        return reverse("ward", args=[self.bed.ward.slug])

    @property
    def heading(self) -> str:
        return str(self.bed.ward)

    @property
    def about(self) -> str:
        """Which bed it is."""
        return f"{self.bed.label}: {self.bed.get_designation_display()}"

    def log(self) -> None:
        if self.person:
            log_read(by=self.actor, patient_id=self.person.pk, what="bed", subject_id=self.bed.pk)


class HeldBed(Held):
    """A bed to be kept, given or closed."""

    def __init__(self, bed: Bed, actor: Actor, spell: Spell | None, referral_id: str = "") -> None:
        kept = spell is not None and spell.kind == SpellKind.RESERVED
        self.kept_for = spell.patient_id if kept and spell else None
        super().__init__(bed, actor, self.kept_for)
        state = spell.kind if spell else ""
        self.subject = BedSubject(bed.pk, bed.spells.count(), state, bed.ward.organisation_id)
        self.asked = asked(actor, referral_id)


class HeldSpell(Held):
    """A stay, a reservation, a closure or cleaning."""

    def __init__(self, spell: Spell, actor: Actor) -> None:
        super().__init__(spell.bed, actor, spell.patient_id)
        self.subject = spell

    @cached_property
    def choices(self) -> list[Choice]:
        """Free beds that would suit the person."""
        spell, now = self.subject, timezone.now()
        wards = wards_now(self.actor, now)
        return choices(self.actor, wards, self.person.sex if self.person else "", needs_of(spell))


def open_spell(spell_id: UUID, actor: Actor) -> HeldSpell:
    """The spell of this id."""
    spell = Spell.objects.visible_to(actor).filter(pk=spell_id).select_related("bed__ward").first()
    if spell is None:
        raise NotFound("There is no such stay or reservation, or you cannot see it.")
    return HeldSpell(spell, actor)


def open_bed(bed_id: UUID, actor: Actor, referral: str = "") -> HeldBed:
    """The bed of this id."""
    bed = Bed.objects.visible_to(actor).filter(pk=bed_id).select_related("ward").first()
    if bed is None:
        raise NotFound(MISSING)
    return HeldBed(bed, actor, bed.spells.filter(span__contains=timezone.now()).first(), referral)


def _may_follow(kind: SpellKind) -> Callable[[Actor, BedSubject], bool]:
    def may(by: Actor, bed: BedSubject) -> bool:
        closes_under_somebody = kind == SpellKind.CLOSED and bed.state in TAKING
        follows = kind in BED_TRANSITIONS[bed.state] and not closes_under_somebody
        return follows and can_manage(by, bed.organisation_id)

    return may


def _may_end(kind: SpellKind) -> Callable[[Actor, Spell], bool]:
    def may(by: Actor, spell: Spell) -> bool:
        goes_on = spell.kind == kind and lasts(spell, timezone.now())
        return goes_on and can_manage(by, spell.bed.ward.organisation_id)

    return may


def _of_bed(action: Callable[..., Any]) -> Callable[..., Any]:
    """An action that needs no version: the bed itself says who was quicker."""

    def run(*, expected_version: int | None, **given: Any) -> Any:
        return action(**given)

    return run


def _bed_way(name: str, action: Callable[..., Any], to: SpellKind, **words: Any) -> Taking:
    return Taking(name, argument="bed_id", action=_of_bed(action), may=_may_follow(to), **words)


def _spell_way(name: str, action: Callable[..., Any], kind: SpellKind, **words: Any) -> Taking:
    return Taking(name, argument="spell_id", action=action, may=_may_end(kind), **words)


OF_BED = (
    _bed_way(
        "bed_reserve", actions.reserve, SpellKind.RESERVED, form=forms.ReserveForm, title="Keep this bed",
        button="Keep it", done="The bed is kept. It is free again by itself when the time is over.",
    ),
    _bed_way(
        "bed_occupy", actions.occupy, SpellKind.OCCUPIED, form=forms.OccupyForm, title="Give this bed to somebody",
        button="They are here", done="The bed is in use.",
    ),
    _bed_way(
        "bed_close", ward_actions.close_bed, SpellKind.CLOSED, form=forms.CloseForm, title="Close this bed",
        button="Close it", done="The bed is closed.", grave=True,
        help="A closed bed does not count when occupancy is worked out.",
    ),
)  # fmt: skip
OF_SPELL = (
    _spell_way(
        "bed_let_go", actions.let_go, SpellKind.RESERVED, form=NothingForm, title="Let this bed go",
        button="Let it go", done="The bed is free.", grave=True, help="It is free for others at once.",
    ),
    _spell_way(
        "bed_release", actions.release, SpellKind.OCCUPIED, form=forms.ReleaseForm, title="They leave",
        button="They have left", done="The bed is released.", help="A bed on a ward is cleaned, then free by itself.",
    ),
    _spell_way(
        "bed_move", actions.move, SpellKind.OCCUPIED, form=forms.MoveForm, title="Move to another bed",
        button="Move", done="They have moved.", help="Only free beds that suit are listed.",
    ),
    _spell_way(
        "bed_leaving", actions.change_leaving, SpellKind.OCCUPIED, form=forms.LeavingForm,
        title="When are they expected to leave?", button="Save day", done="The day is saved.",
    ),
    _spell_way(
        "bed_cleaned", ward_actions.cleaned, SpellKind.CLEANING, form=NothingForm, title="The bed is clean",
        button="It is clean", done="The bed is free.",
    ),
    _spell_way(
        "bed_open", ward_actions.open_bed, SpellKind.CLOSED, form=NothingForm, title="Open this bed again",
        button="Open it", done="The bed is open.",
    ),
)  # fmt: skip


def _bed_view(way: Taking) -> Callable[..., HttpResponse]:
    """The page of a bed; ?referral= says for whom it is sought."""

    @requires(Permission.MANAGE_BEDS)
    def view(request: HttpRequest, subject_id: UUID) -> HttpResponse:
        open_ = partial(open_bed, referral=request.GET.get("referral", ""))
        return view_of(way, open_, Permission.MANAGE_BEDS)(request, subject_id)

    view.__doc__ = f"{way.title}."
    return view


BED_VIEWS = {way: _bed_view(way) for way in OF_BED}
SPELL_VIEWS = {way: view_of(way, open_spell, Permission.MANAGE_BEDS) for way in OF_SPELL}
