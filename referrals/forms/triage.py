"""Forms of the point of access: take it in, ask, decide, close."""

from typing import Any
from uuid import UUID, uuid4

from django import forms

from directory.codes import Urgency
from pages.forms import one_of, text
from referrals.forms.steps import ReasonForm, StepForm
from referrals.states import OFFER_LIVE, OPEN


class AcknowledgeForm(StepForm):
    """Nothing to type."""


class AssignForm(StepForm):
    """To a colleague, or to nobody."""

    to = forms.ChoiceField(label="Assign to", required=False)
    given = ("to",)

    def fit(self) -> None:
        me = str(self.file.actor.id)
        colleagues = [(pk, name) for pk, name in self.file.colleagues() if pk != me]
        self.fields["to"].choices = [(me, f"Me ({self.file.actor.name})"), *colleagues, ("", "Nobody")]
        self.fields["to"].initial = str(self.file.referral.assigned_to_id or "")

    def clean_to(self) -> UUID | None:
        return UUID(self.cleaned_data["to"]) if self.cleaned_data["to"] else None


class AskForm(StepForm):
    """A question to the referrer."""

    question = text("Question for the referrer", 2000, rows=4, missing="Enter the question")
    given = ("question",)


class AnswerForm(StepForm):
    """The answer, typed by the referrer or taken by telephone."""

    text = text("Answer", 4000, rows=4, missing="Enter the answer")
    given = ("text",)


class ResumeForm(StepForm):
    """Nothing to type."""


class ServicesForm(StepForm):
    """Which services to ask now."""

    services = forms.MultipleChoiceField(label="Offer to", required=False, widget=forms.CheckboxSelectMultiple)
    given: Any = ("services",)
    needs_service = True

    def fit(self) -> None:
        holding = {offer.service_id for offer in self.file.offers if offer.status in OFFER_LIVE}
        self.suggestions = [found for found in self.file.suggestions if found.service.id not in holding]
        self.fields["services"].choices = self.choices()
        self.fields["services"].error_messages["required"] = "Select at least one service"
        self.fields["services"].required = self.needs_service

    def choices(self) -> list[tuple[str, str]]:
        """Services by id, best first."""
        return [(str(found.service.id), found.service.name) for found in self.suggestions]

    def clean_services(self) -> list[UUID]:
        return [UUID(pk) for pk in self.cleaned_data["services"]]


class AcceptForm(ServicesForm):
    """The decision: how soon, whom to ask now, whom to ask next."""

    urgency = one_of("How soon must somebody come?", Urgency.choices)
    first_reserve = forms.ChoiceField(label="If they all decline, ask", required=False)
    second_reserve = forms.ChoiceField(label="Then ask", required=False)
    rationale = text("Note on your decision", 2000, required=False)
    needs_service = False
    field_order = ("version", "offer", "urgency", "services", "first_reserve", "second_reserve", "rationale")

    def fit(self) -> None:
        super().fit()
        self.fields["urgency"].initial = self.file.referral.urgency
        for name in ("first_reserve", "second_reserve"):
            self.fields[name].choices = [("", "Nobody: tell the shift lead"), *self.choices()]

    @property
    def arguments(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        reserves = [UUID(pk) for name in ("first_reserve", "second_reserve") if (pk := cleaned[name])]
        chosen = cleaned["services"]
        return {
            "urgency": cleaned["urgency"],
            "services": chosen,
            "reserves": [pk for pk in dict.fromkeys(reserves) if pk not in chosen],
            "rationale": cleaned["rationale"],
        }


class RedirectForm(ServicesForm):
    """To one other service, and why."""

    service = one_of("Move it to", missing="Select the service it moves to")
    reason = text("Why does it move?", 1000, rows=4, missing="Say why it moves to another service")
    given = ("service", "reason")

    def fit(self) -> None:
        super().fit()
        del self.fields["services"]
        mine = self.file.referral.service_id
        self.fields["service"].choices = [choice for choice in self.choices() if choice[0] != str(mine)]

    def clean_service(self) -> UUID:
        return UUID(self.cleaned_data["service"])


class AdviseForm(StepForm):
    """Back to the referrer with advice."""

    advice = text("Advice for the referrer", 4000, rows=6, missing="Enter the advice for the referrer")
    rationale = text("Note for colleagues", 2000, required=False)
    given = ("advice", "rationale")


class RejectForm(StepForm):
    """Declined as inappropriate: on a criterion, and with somewhere to turn."""

    criterion = forms.ChoiceField(
        label="Criterion that is not met",
        widget=forms.Select(attrs={"data-long": "true"}),
        error_messages={"required": "Select the criterion that is not met"},
    )
    signpost = text(
        "Where should the referrer turn instead?", 500, rows=2, missing="Say where the referrer should turn instead"
    )
    rationale = text("Note for colleagues", 2000, required=False)
    given = ("criterion", "signpost", "rationale")

    def fit(self) -> None:
        by_service: dict[str, list[tuple[str, str]]] = {}
        for criterion in self.file.criteria:
            by_service.setdefault(criterion.service.name, []).append((str(criterion.pk), criterion.refusal))
        groups = [(found.service.name, by_service.get(found.service.name, [])) for found in self.file.suggestions]
        self.fields["criterion"].choices = [("", "Select a criterion"), *(group for group in groups if group[1])]

    def clean_criterion(self) -> Any:
        return next(one for one in self.file.criteria if str(one.pk) == self.cleaned_data["criterion"])


class CancelForm(ReasonForm):
    """Taken back."""

    reason = text("Why is it cancelled?", 1000, rows=4, missing="Say why it is cancelled")


class WithdrawForm(ReasonForm):
    """The person does not want it."""

    reason = text("What did the person say?", 1000, rows=4, missing="Say what the person told you")


class Call999Form(ReasonForm):
    """An emergency."""

    reason = text(
        "What was found, and when was 999 called?", 1000, rows=4, missing="Say what was found and when 999 was called"
    )


class DeathForm(ReasonForm):
    """The person has died."""

    reason = text("What is known", 1000, required=False, rows=4)


class WithdrawOfferForm(ReasonForm):
    """An offer taken back before it was accepted."""

    reason = text("Why is the offer withdrawn?", 1000, required=False, rows=4)

    @property
    def arguments(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"], "offer_id": self.cleaned_data["offer"]}


class DuplicateForm(StepForm):
    """The same need, on another referral of the same person."""

    duplicate_of = one_of("Which referral does this one repeat?", missing="Select the referral that this one repeats")
    given = ("duplicate_of",)

    def fit(self) -> None:
        candidates = [other for other in self.file.others if other.status in OPEN]
        self.fields["duplicate_of"].choices = [
            (str(other.pk), f"{other.reference}, {other.get_status_display().lower()}") for other in candidates
        ]

    def clean_duplicate_of(self) -> UUID:
        return UUID(self.cleaned_data["duplicate_of"])


class MessageForm(forms.Form):
    """A line in the conversation; the id is made with the form, so that one form writes one line."""

    text = text("Message", 4000, rows=4, missing="Enter a message")
    only_teams = forms.BooleanField(label="Only for the teams: the referrer does not see it", required=False)
    message_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **{"auto_id": "message_%s"} | kwargs)  # a step's form stands on the same page
