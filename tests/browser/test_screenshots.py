"""The pictures in docs/screenshots, taken from the synthetic demonstration itself.

Every run takes them, which proves that the pages can be shown; only UPDATE_SCREENSHOTS=1 replaces those in docs/.
"""

import os
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.actors import Actor, person_actor
from accounts.loading import load_roles
from accounts.models import Membership
from directory.reference.loading import load_reference_data
from referrals import clocks
from referrals.models import Referral
from referrals.states import OPEN, Status
from tests.browser.somebody import Somebody

DOCS = settings.BASE_DIR / "docs" / "screenshots"
SENDERS = [
    f"{who}{number}@demo.example" for who in ("gp", "ward", "carehome", "outofhours", "crew") for number in (1, 2)
]
LARGEST = 350_000
"""Bytes; so that the pictures stay easy to fetch."""
ROWS_THAT_FIT = """() => {
  const rows = [...document.querySelectorAll("tr[data-row]")].map((row) => row.getBoundingClientRect());
  return (innerHeight - rows[0].top) / Math.min(...rows.map((row) => row.height));
}"""


@pytest.fixture
def demonstration(transactional_db: None) -> None:
    """A small demonstration, with referrals of today."""
    clocks.forget_policies()
    load_reference_data()
    load_roles()
    call_command("seed", scale="tiny", stdout=StringIO())


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Where pictures go: to docs/ only when asked."""
    return DOCS if os.environ.get("UPDATE_SCREENSHOTS") == "1" else tmp_path


def somebody_from_the_demonstration(email: str) -> Actor:
    held = Membership.objects.profiles().filter(user__email=email).first()
    assert held is not None
    return person_actor(held)


def picture(page: Page, where: Path, *, height: int = 768) -> None:
    """One picture, of a window as wide as a clinician's."""
    page.set_viewport_size({"width": 1366, "height": height})
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "Error" not in page.title()
    where.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=where, animations="disabled")


def test_the_pictures_in_the_documentation(
    demonstration: None, album: Path, new_context, sits_down: Callable[..., Somebody]
):
    stranger = new_context().new_page()
    stranger.goto("/")
    picture(stranger, album / "start.png", height=1000)

    lead = sits_down(somebody_from_the_demonstration("shiftlead1@demo.example"))
    lead.opens("/")
    picture(lead.page, album / "home.png")

    clinician = sits_down(somebody_from_the_demonstration("triage1@demo.example"))
    clinician.opens("/worklist/")
    picture(clinician.page, album / "worklist.png")
    assert clinician.page.evaluate(ROWS_THAT_FIT) >= 11
    clinician.opens(reverse("referral", args=[a_referral_to_decide().pk]))
    picture(clinician.page, album / "triage.png", height=1300)

    gp = sits_down(somebody_from_the_demonstration("gp1@demo.example"))
    gp.opens("/refer/")
    picture(gp.page, album / "refer.png", height=1200)
    sent = a_referral_just_sent()
    sender = sits_down(somebody_from_the_demonstration(sent.referrer_user.email))
    sender.opens(reverse("referral_receipt", args=[sent.pk]))
    picture(sender.page, album / "receipt.png", height=1000)


@pytest.mark.parametrize("name", ["start", "home", "worklist", "triage", "refer", "receipt"])
def test_the_documentation_has_its_pictures(name: str):
    kept = DOCS / f"{name}.png"

    assert kept.exists(), f"{kept} is missing: UPDATE_SCREENSHOTS=1 makes it"
    assert kept.stat().st_size < LARGEST


def a_referral_to_decide() -> Referral:
    """In triage now, the latest."""
    return Referral.objects.filter(status=Status.IN_TRIAGE, patient__restricted=False).latest("received_at")


def a_referral_just_sent() -> Referral:
    """By somebody with one role, who can therefore open its receipt."""
    told = Referral.objects.filter(referrer_user__email__in=SENDERS, status__in=OPEN).select_related("referrer_user")
    return told.latest("received_at")
