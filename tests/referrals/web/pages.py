"""Reading and sending the clinician's pages as a person would."""

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from referrals.models import Referral

SUCCESS = 303


def words(response: HttpResponse) -> str:
    """What the page says, without markup and with single spaces."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).replace("&#39;", "'").replace("&amp;", "&").split())


def source(response: HttpResponse) -> str:
    """The page as it was sent, without the tokens drawn anew for each page: a short word may stand in one by chance."""
    drawn = r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": *"[^"]*"'
    return re.sub(drawn, "", response.content.decode())


def step_path(referral: Referral, verb: str) -> str:
    return reverse(f"referral_{verb.replace('-', '_')}", args=[referral.pk])


def take(client: Client, referral: Referral, verb: str, *, version: int | None = None, **typed: Any) -> HttpResponse:
    """Send a step as the page that was just opened would."""
    referral.refresh_from_db()
    seen = referral.version if version is None else version
    return client.post(step_path(referral, verb), {"version": seen, **typed})


def done(response: HttpResponse) -> None:
    """The step was taken: a redirect to the referral."""
    assert response.status_code == SUCCESS, words(response)


def open_page(client: Client, referral: Referral) -> HttpResponse:
    return client.get(reverse("referral", args=[referral.pk]))
