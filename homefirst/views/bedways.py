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
from audit.errors import IllegalTransition, NotFound, StaleVersion
from homefirst.actions import beds as actions
from homefirst.actions import wards as ward_actions
from homefirst.board import FREE, wards_now
from homefirst.forms import beds as forms
from homefirst.forms.taking import NothingForm
from homefirst.models import Act, Bed, Spell
from homefirst.opened import Opened, acts_on
from homefirst.placing import Choice, asked, choices
from homefirst.policies.beds import check_can_manage, check_can_manage_of
from homefirst.presenters.beds import STATE_WORDS
from homefirst.spells import needs_of
from homefirst.states import BED_TRANSITIONS, SpellKind
from homefirst.turns import TAKING, lasts
from homefirst.views.taking import Taking, view_of
from patients.models import Patient

MISSING = "There is no such bed, or you cannot see it."


@dataclass
class BedSubject:
    """A bed as the subject of a form; its version is how often it has been used."""

    pk: UUID
    version: int
    state: str
    organisation_id: UUID


class Held(Opened):
    """A bed that one actor has open, with the person in it, or for whom it is kept, where they may see who."""

    what = "bed"

    def __init__(self, bed: Bed, actor: Actor, patient_id: UUID | None) -> None:
        super().__init__(bed, actor)
        self.bed = bed
        people = Patient.objects.visible_to(actor).select_related("practice", "merged_into")
        self.found = people.filter(pk=patient_id).first() if patient_id else None
        self.knows_who = self.found is not None
        self.about = f"{bed.label}: {bed.get_designation_display()}"

    @property
    def patient(self) -> Any:
        return self.found

    @property
    def href(self) -> str:
        return reverse("ward", args=[self.bed.ward.slug])

    @property
    def heading(self) -> str:
        return str(self.bed.ward)


class HeldBed(Held):
    """A bed to be kept, given or closed. Whoever named a person means them, for whomever it was kept meanwhile."""

    def __init__(
        self, bed: Bed, actor: Actor, spell: Spell | None, referral_id: str = "", *, is_named: bool = False
    ) -> None:
        kept = spell is not None and spell.kind == SpellKind.RESERVED and not is_named
        self.kept_for = spell.patient_id if kept and spell else None
        super().__init__(bed, actor, self.kept_for)
        state = spell.kind if spell else ""
        self.subject = BedSubject(bed.pk, bed.spells.count(), state, bed.ward.organisation_id)
        self.asked = asked(actor, referral_id)

    def acts_since(self, version: int) -> list[Act]:
        """What it was used for since: a bed has no version but how often it was used."""
        since = self.bed.spells.order_by("created_at").values_list("pk", flat=True)[version:]
        return acts_on(list(since))


class HeldSpell(Held):
    """A stay, a reservation, a closure or cleaning."""

    def __init__(self, spell: Spell, actor: Actor) -> None:
        super().__init__(spell.bed, actor, spell.patient_id)
        self.subject, self.acted_on = spell, spell.pk

    @cached_property
    def choices(self) -> list[Choice]:
        """Free beds that would suit the person."""
        spell, now = self.subject, timezone.now()
        wards = wards_now(self.actor, now)
        return choices(self.actor, wards, self.patient.sex if self.knows_who else "", needs_of(spell))


def open_spell(spell_id: UUID, actor: Actor) -> HeldSpell:
    """The spell of this id."""
    spell = Spell.objects.visible_to(actor).filter(pk=spell_id).select_related("bed__ward").first()
    if spell is None:
        raise NotFound("There is no such stay or reservation, or you cannot see it.")
    return HeldSpell(spell, actor)


def open_bed(bed_id: UUID, actor: Actor, referral: str = "", *, is_named: bool = False) -> HeldBed:
    """The bed of this id."""
    bed = Bed.objects.visible_to(actor).filter(pk=bed_id).select_related("ward").first()
    if bed is None:
        raise NotFound(MISSING)
    spell = bed.spells.filter(span__contains=timezone.now()).first()
    return HeldBed(bed, actor, spell, referral, is_named=is_named)


def _check_follows(kind: SpellKind) -> Callable[[Actor, BedSubject], None]:
    def check(by: Actor, bed: BedSubject) -> None:
        closes_under_somebody = kind == SpellKind.CLOSED and bed.state in TAKING
        if kind not in BED_TRANSITIONS[bed.state] or closes_under_somebody:
            raise IllegalTransition(f"The bed is {STATE_WORDS[bed.state or FREE].lower()} now. Look at the ward again.")
        check_can_manage_of(by, bed.organisation_id, "This bed")

    return check


def _check_lasts(kind: SpellKind) -> Callable[[Actor, Spell], None]:
    def check(by: Actor, spell: Spell) -> None:
        if spell.kind != kind or not lasts(spell, timezone.now()):
            raise IllegalTransition("That is over. Look at the ward again.")
        check_can_manage(by, spell.bed.ward)

    return check


def _of_bed(action: Callable[..., Any]) -> Callable[..., Any]:
    """An action that needs no version, as the bed itself says who was quicker; unless whom it is about was read from
    the bed, and not typed."""

    def run(*, expected_version: int | None, **given: Any) -> Any:
        if "patient_id" in given and "wanted" not in given:
            _check_kept_for_the_same(given["bed_id"], given["by"], expected_version)
        return action(**given)

    return run


def _check_kept_for_the_same(bed_id: UUID, by: Actor, seen: int | None) -> None:
    used = Bed.objects.visible_to(by).get(pk=bed_id).spells.count()
    if seen not in (None, used):
        raise StaleVersion("The bed is kept for somebody else now than when you opened this page. Look again.")


def _bed_way(name: str, action: Callable[..., Any], to: SpellKind, **words: Any) -> Taking:
    return Taking(name, argument="bed_id", action=_of_bed(action), check=_check_follows(to), **words)


def _spell_way(name: str, action: Callable[..., Any], kind: SpellKind, **words: Any) -> Taking:
    return Taking(name, argument="spell_id", action=action, check=_check_lasts(kind), **words)


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
        open_ = partial(open_bed, referral=request.GET.get("referral", ""), is_named="person" in request.POST)
        return view_of(way, open_, Permission.MANAGE_BEDS)(request, subject_id)

    view.__doc__ = f"{way.title}."
    return view


BED_VIEWS = {way: _bed_view(way) for way in OF_BED}
SPELL_VIEWS = {way: view_of(way, open_spell, Permission.MANAGE_BEDS) for way in OF_SPELL}
