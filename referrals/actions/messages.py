"""Talking about a referral without changing where it stands."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from audit.errors import Invalid
from audit.events import Kind, event, record
from audit.ids import new_id
from audit.signed import signed
from referrals.models import Message, Referral
from referrals.steps import desk, whole


@transaction.atomic
def send_message(
    *, referral_id: UUID, by: Actor, text: str, for_referrer: bool = True, message_id: UUID | None = None
) -> Message:
    """Add a line to the conversation. Lines not for the referrer are seen by the caring teams only.

    A form that carries a message_id writes one line however often it is sent; other words are another line.
    """
    if not text.strip():
        raise Invalid("Enter a message.", field="text")
    referral = desk().lock(referral_id, by)
    message_id = message_id or new_id()
    if sent := Message.objects.filter(pk=message_id).first():
        if (sent.referral_id, sent.by_id, sent.text) == (referral.pk, by.id, text):
            return sent
        message_id = new_id()
    now = timezone.now()
    written = Message.objects.create(
        id=message_id,
        referral=referral,
        text=text,
        for_referrer=for_referrer,
        at=now,
        **signed(by),
    )
    if for_referrer and referral.referrer_organisation_id != by.organisation_id:
        Referral.objects.filter(pk=referral.pk).update(news_at=now)
    record(Kind.REFERRAL_MESSAGE, by=by, subject=referral, patient_id=referral.patient_id, message=str(written.pk))
    return written


@whole
def mark_read(*, referral: Referral, by: Actor, at: datetime | None = None) -> None:
    """The referrer's organisation has seen the news: it stops being bold."""
    if referral.referrer_organisation_id != by.organisation_id or referral.news_at is None:
        return
    if referral.news_seen_at and referral.news_seen_at >= referral.news_at:
        return
    now = at or timezone.now()
    desk().change(referral, news_seen_at=now)
    seen = {"referral": str(referral.pk), "news_seen": True}
    desk().tell(event(Kind.REFERRAL_UPDATED, by=by, subject=referral, patient_id=referral.patient_id, at=now, **seen))
