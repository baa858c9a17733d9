"""What happens to people at work: lists that move, double clicks, going back, two tabs, no connection, idle hours."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.actors import Actor
from referrals import actions
from referrals.models import Draft, Referral, Step
from referrals.states import Status, Verb
from tests.browser.somebody import NO_SCRIPTS, Somebody
from tests.factories import patients
from tests.factories.referrals import Cast, make_referral

SitsDown = Callable[..., Somebody]


@pytest.fixture
def waiting(cast: Cast) -> Referral:
    return make_referral(cast, patient=patients.patient(practice=cast.practice, family_name="Waiting"))


def test_a_new_referral_appears_on_the_worklist_by_itself(cast: Cast, waiting: Referral, sits_down: SitsDown):
    clinician = sits_down(cast.clinician)
    clinician.watches("/worklist/")
    expect(clinician.page.locator("[data-live-updated]")).to_have_text(
        re.compile(r"Updated (just now|\d+ seconds? ago)")
    )
    row = clinician.page.get_by_role("link", name="WAITING, Ada")
    row.focus()

    make_referral(cast, patient=patients.patient(practice=cast.practice, family_name="Newcomer"))

    clinician.sees_by_itself("NEWCOMER, Ada")
    expect(row).to_be_focused()
    expect(clinician.page.locator("[data-live-said]")).to_have_text("1 new referral")
    expect(clinician.page.get_by_role("link", name=re.compile("All waiting"))).to_contain_text("2")


def test_without_scripts_the_worklist_says_when_it_was_read(cast: Cast, waiting: Referral, sits_down: SitsDown):
    clinician = sits_down(cast.clinician, NO_SCRIPTS)
    clinician.opens("/worklist/")
    clinician.sees(re.compile(r"Updated \d+:\d\d[ap]m"))
    make_referral(cast, patient=patients.patient(practice=cast.practice, family_name="Newcomer"))

    clinician.follows("Refresh now")

    clinician.follows("NEWCOMER, Ada")


def test_folded_filters_open_by_the_key_that_finds_them_and_say_what_is_set(
    cast: Cast, waiting: Referral, sits_down: SitsDown
):
    clinician = sits_down(cast.clinician)
    clinician.opens("/worklist/")
    clinician.sees("No filter is set.")
    urgency = clinician.page.get_by_label("Urgency")
    expect(urgency).to_be_hidden()

    clinician.page.keyboard.press("/")

    expect(clinician.page.get_by_label("Place")).to_be_focused()
    urgency.select_option("routine")
    clinician.presses("Apply filters")
    clinician.sees("Only Urgency: Routine")
    expect(urgency).to_be_hidden()
    clinician.does_not_see("WAITING, Ada")
    clinician.follows("Clear filters")
    clinician.sees("WAITING, Ada")


def test_a_double_click_takes_a_step_once(cast: Cast, waiting: Referral, sits_down: SitsDown):
    clinician = sits_down(cast.clinician)
    clinician.opens(f"/referrals/{waiting.pk}/")

    clinician.page.get_by_role("button", name="Take into triage").dblclick(no_wait_after=True)

    clinician.sees("It is yours")
    assert Step.objects.filter(referral=waiting, verb=Verb.ACKNOWLEDGE).count() == 1


def test_a_double_click_sends_one_referral(cast: Cast, sits_down: SitsDown):
    gp = sits_down(cast.gp)
    fill_in(gp, cast)

    gp.page.get_by_role("button", name="Send referral").dblclick(no_wait_after=True)

    gp.reads_heading("Referral sent")
    assert Referral.objects.count() == 1


def test_going_back_after_sending_leads_to_the_receipt(cast: Cast, sits_down: SitsDown):
    gp = sits_down(cast.gp)
    fill_in(gp, cast)
    gp.presses("Send referral")
    gp.reads_heading("Referral sent")

    gp.page.go_back()
    if gp.page.get_by_role("button", name="Send referral").is_visible():
        gp.presses("Send referral")

    gp.reads_heading("Referral sent")
    assert Referral.objects.count() == 1


def fill_in(gp: Somebody, cast: Cast) -> None:
    """Everything that the form asks for, about a person of the practice."""
    person = patients.patient(practice=cast.practice)
    gp.opens("/refer/")
    gp.types("NHS number", person.nhs_number)
    gp.presses("Find", exact=True)
    gp.presses("Choose EXAMPLE")
    gp.ticks("Wound care")
    gp.types("Describe what has happened", "Leg ulcer needs dressing.")
    gp.chooses("Routine: within 7 days")
    gp.chooses("No", of="Is there a safeguarding concern?")
    gp.chooses("No known risk to staff")
    gp.chooses("The person agrees to this referral")
    gp.types("Telephone number for questions", "0116 496 0001")


def test_in_two_tabs_the_second_sees_who_was_first_and_keeps_what_was_typed(cast: Cast, sits_down: SitsDown):
    referral = make_referral(cast, Status.IN_TRIAGE, ago=timedelta(minutes=5))
    clinician = sits_down(cast.clinician)
    clinician.opens(f"/referrals/{referral.pk}/advise/")
    clinician.types("Advice for the referrer", "Try the falls clinic on Mondays.")
    actions.ask(referral_id=referral.pk, by=cast.colleague, question="Who has the key?")

    clinician.presses("Return with advice")

    clinician.sees("This referral changed since you opened it")
    clinician.sees(re.compile(cast.colleague.name))
    kept = clinician.page.locator("textarea[name=advice], .app-typed").first
    expect(kept).to_have_text("Try the falls clinic on Mondays.")
    assert Referral.objects.get(pk=referral.pk).status == Status.INFO_REQUESTED


def test_a_draft_survives_a_reload(cast: Cast, sits_down: SitsDown):
    gp = sits_down(cast.gp)
    gp.opens("/refer/")
    gp.types("Describe what has happened", "Cannot manage the stairs since Friday.")
    gp.page.get_by_label("Your role").focus()
    expect(gp.page.locator("[data-draft-said]")).to_have_text(re.compile("Draft saved"))

    gp.opens(f"/refer/{Draft.objects.get().pk}/")

    expect(gp.page.get_by_label("Describe what has happened")).to_have_value("Cannot manage the stairs since Friday.")
    gp.opens("/refer/")
    gp.sees("Carry on with a draft")


def test_without_a_connection_the_page_says_so_and_tries_again(cast: Cast, sits_down: SitsDown):
    gp = sits_down(cast.gp)
    gp.opens("/refer/")
    said = gp.page.locator("[data-draft-said]")
    gp.page.context.set_offline(True)
    gp.types("Describe what has happened", "The house is cold.")
    gp.page.get_by_label("Your role").focus()
    expect(said).to_have_text("Draft not saved yet. Trying again.")

    gp.page.context.set_offline(False)

    expect(said).to_have_text(re.compile("Draft saved"))


@pytest.fixture
def short_session(settings) -> None:
    """A session that ends after a minute and a half, so that the warning is due at once."""
    settings.SESSION_IDLE_LIMIT = timedelta(seconds=90)


def test_before_a_session_ends_somebody_may_stay(short_session: None, cast: Cast, sits_down: SitsDown):
    page = at_the_worklist(sits_down, cast.clinician)
    dialog = page.get_by_role("dialog", name="You are about to be signed out")
    expect(dialog).to_be_visible()

    with page.expect_response("**/accounts/stay/") as answer:
        dialog.get_by_role("button", name="Stay signed in").click()

    assert answer.value.ok
    expect(page.get_by_role("heading", level=1)).to_have_text("Triage worklist")


def test_an_idle_session_ends_and_the_page_is_left(settings, cast: Cast, sits_down: SitsDown):
    settings.SESSION_IDLE_LIMIT = timedelta(seconds=8)

    page = at_the_worklist(sits_down, cast.clinician)

    page.wait_for_url("**/accounts/login/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def at_the_worklist(sits_down: SitsDown, actor: Actor) -> Page:
    somebody = sits_down(actor)
    somebody.opens("/worklist/")
    return somebody.page
