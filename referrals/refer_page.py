"""The referral form as one page: what was typed, who it is about, and what is open for them already."""

from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, QueryDict

from accounts.actors import Actor
from audit.access import log_read
from audit.errors import Invalid
from directory.models import Organisation
from patients.found import Found, recognisable
from patients.models import Patient
from patients.nhs_number import normalise
from patients.search import find
from referrals.forms.refer import FindForm, NeedForm, PersonForm, chosen_patient
from referrals.models import Draft, Referral
from referrals.routing import channels_for

NOT_KEPT = {"csrfmiddlewaretoken", "do", "choose", "draft"}


class ReferPage:
    """One referral being written, from a draft or from nothing."""

    def __init__(self, request: HttpRequest, draft: Draft | None) -> None:
        self.request, self.draft = request, draft
        self.actor: Actor = request.actor
        self.posted = request.method == "POST"
        self.do = request.POST.get("do", "") if self.posted else self._kept("mode")
        self.typed = request.POST if self.posted else _as_typed(draft)

    def _kept(self, name: str) -> str:
        return (self.draft.typed.get(name) or [""])[0] if self.draft else ""

    @property
    def started(self) -> bool:
        """Something was typed before."""
        return bool(self.typed)

    @cached_property
    def patient(self) -> Patient | None:
        """The person chosen so far."""
        if self.do == "somebody-else":
            return None
        wanted = chosen_patient(self.request.POST if self.posted else self.request.GET)
        wanted = wanted or (self.draft.patient_id if self.draft else None)
        if wanted is None:
            return None
        found = Patient.objects.findable_by(self.actor).with_may_open(self.actor).filter(pk=wanted)
        person = found.select_related("practice", "place", "merged_into__practice", "merged_into__place").first()
        if person is None:
            return None
        log_read(by=self.actor, patient_id=person.pk, what="referral form")
        return person.merged_into or person

    @cached_property
    def shown(self) -> Found | None:
        """The chosen person as the page shows them."""
        if self.patient is None:
            return None
        self.patient.may_open = getattr(self.patient, "may_open", False)
        typed = normalise(self.typed.get("find_number", ""))
        return recognisable(self.patient, by_number=bool(typed) and typed == self.patient.nhs_number)

    @cached_property
    def open_already(self) -> list[Referral]:
        """Open referrals of this person, whoever sent them: track them instead of sending another."""
        if self.patient is None:
            return []
        rows = Referral.objects.of_person(self.patient.pk).open().select_related("referrer_organisation")
        return list(rows.order_by("-received_at")[:5])

    @property
    def adds_person(self) -> bool:
        """The person's details are being typed, because they are not here yet."""
        return self.patient is None and (self.do == "add" or self.typed.get("mode") == "add")

    @cached_property
    def find_form(self) -> FindForm:
        return FindForm(self.typed if self.do == "find" else None, initial=self._initial(FindForm))

    def ask_for_person(self) -> None:
        """Say, beside the search, that nobody was chosen."""
        self.find_form = FindForm(self.typed)
        self.find_form.errors.clear()
        self.find_form.add_error("find_number", "Find the person, or add them, before you send the referral")

    @cached_property
    def person_form(self) -> PersonForm:
        bound = self.typed if self.do == "send" and self.adds_person else None
        return PersonForm(bound, initial=self._initial(PersonForm) | self._from_search())

    @cached_property
    def need_form(self) -> NeedForm:
        bound = self.typed if self.do == "send" else None
        initial = {"referrer_name": self.actor.name} | self._initial(NeedForm)
        return NeedForm(bound, initial=initial, channels=channels_for(self._organisation_kind))

    @cached_property
    def _organisation_kind(self) -> str:
        return Organisation.objects.values_list("kind", flat=True).get(pk=self.actor.organisation_id)

    def _initial(self, form: type) -> dict[str, Any]:
        """What was typed, shown again unchecked."""
        kept = {}
        for name, field in form.base_fields.items():
            value = field.widget.value_from_datadict(self.typed, {}, name)
            if value not in (None, "", []):
                kept[name] = value
        return kept

    def _from_search(self) -> dict[str, Any]:
        """A number or name searched for need not be typed again."""
        if not self.adds_person or self.typed.get("family_name"):
            return {}
        given, _, family = self.typed.get("find_name", "").strip().rpartition(" ")
        found = {"nhs_number": self.typed.get("find_number", ""), "given_name": given, "family_name": family}
        born = FindForm.base_fields["find_born"].widget.value_from_datadict(self.typed, {}, "find_born")
        return {name: value for name, value in (found | {"date_of_birth": born}).items() if value}

    @cached_property
    def found(self) -> list[Found] | None:
        """People who fit the search; None when nobody was searched for."""
        if self.do != "find" or not self.find_form.is_valid():
            return None
        asked = self.find_form.cleaned_data
        try:
            return find(
                by=self.actor, number=asked["find_number"], name=asked["find_name"], date_of_birth=asked["find_born"]
            )
        except Invalid as refusal:
            self.find_form.add_error(f"find_{refusal.field}" if refusal.field == "name" else None, refusal.message)
            return None

    def kept(self) -> dict[str, list[str]]:
        """What a draft remembers, as typed (PostgreSQL keeps no NUL bytes), and what the page was doing."""
        posted = self.request.POST.lists()
        typed = {
            name: [value.replace("\x00", "") for value in values] for name, values in posted if name not in NOT_KEPT
        }
        mode = self.do if self.do in {"find", "add"} else typed.pop("mode", [""])[0]
        return typed | {"mode": ["" if self.do == "somebody-else" else mode]}

    @property
    def saved_at(self) -> datetime | None:
        return self.draft.updated_at if self.draft else None


def _as_typed(draft: Draft | None) -> QueryDict:
    typed = QueryDict(mutable=True)
    for name, values in (draft.typed if draft else {}).items():
        typed.setlist(name, values)
    return typed


def own_draft(actor: Actor, draft_id: UUID) -> Draft:
    """The actor's own draft, sent or not. Raises Http404 for anybody else's and for one thrown away."""
    found = Draft.objects.filter(pk=draft_id, user=actor.id, organisation=actor.organisation_id, discarded_at=None)
    draft = found.select_related("sent_as").first()
    if draft is None:
        raise Http404("No such draft")
    return draft


def open_drafts(actor: Actor) -> list[Draft]:
    """What this person has begun and not sent, newest first."""
    mine = Draft.objects.filter(user=actor.id, organisation=actor.organisation_id, sent_as=None, discarded_at=None)
    return list(mine.select_related("patient").order_by("-updated_at")[:20])
