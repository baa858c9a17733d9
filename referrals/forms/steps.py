"""What every step's form shares: the version that the person saw, and the offer in hand."""

from functools import cached_property
from typing import Any

from django import forms

from pages.forms import SeenForm, text
from referrals.models import ReferralOffer
from referrals.reading import ReferralFile


class StepForm(SeenForm):
    """A step needs the version seen; most need more."""

    offer = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, file: ReferralFile, **kwargs: Any) -> None:
        self.file = file
        super().__init__(data, current=file.referral.version, **kwargs)
        self.fields["offer"].initial = self.offer_in_hand.pk if self.offer_in_hand else None

    @cached_property
    def offer_in_hand(self) -> ReferralOffer | None:
        """The offer that the address or the form names, else the actor's own."""
        wanted = self.data.get("offer") or self.initial.get("offer") or (self.file.my_offer and self.file.my_offer.pk)
        return next((offer for offer in self.file.offers if str(offer.pk) == str(wanted)), None)


class ReasonForm(StepForm):
    """A step that needs a reason."""

    reason = text("Reason", 1000, rows=4)
    given = ("reason",)
