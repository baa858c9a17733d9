"""The pages of the steps of a referral."""

from referrals.states import Status
from tests.browser.sights.scene import Scene, Sight, step
from tests.factories.referrals import make_referral, offer_of

IN_TRIAGE, OFFERED = Status.IN_TRIAGE, Status.OFFERED
SIGHTS: dict[str, list[Sight]] = {
    "referral_acknowledge": [step("acknowledge", "clinician", Status.SUBMITTED)],
    "referral_accept": [step("accept", "clinician", IN_TRIAGE)],
    "referral_offer": [step("offer", "clinician", Status.ACCEPTED, "Offer")],
    "referral_redirect": [step("redirect", "clinician", OFFERED, "Move it")],
    "referral_ask": [step("ask", "clinician", IN_TRIAGE, "Send question")],
    "referral_answer": [step("answer", "gp", Status.INFO_REQUESTED, "Save answer")],
    "referral_resume": [step("resume", "clinician", Status.INFO_REQUESTED)],
    "referral_advise": [step("advise", "clinician", IN_TRIAGE, "Return with advice")],
    "referral_reject": [step("reject", "clinician", IN_TRIAGE, "Decline")],
    "referral_assign": [step("assign", "clinician", IN_TRIAGE)],
    "referral_mark_duplicate": [step("mark_duplicate", "clinician", IN_TRIAGE, "Mark as duplicate")],
    "referral_withdraw": [step("withdraw", "clinician", IN_TRIAGE, "Close the referral")],
    "referral_cancel": [step("cancel", "clinician", IN_TRIAGE, "Cancel the referral")],
    "referral_call_999": [step("call_999", "clinician", IN_TRIAGE, "Record and close")],
    "referral_record_death": [step("record_death", "clinician", IN_TRIAGE)],
    "referral_undo": [step("undo", "clinician", IN_TRIAGE), step("undo", "clinician", Status.COMPLETED)],
    "referral_withdraw_offer": [
        Sight(
            "clinician",
            lambda scene: f"{scene.step('withdraw_offer', OFFERED)}?offer={offer_of(scene.by_status[OFFERED]).pk}",
        )
    ],
    "referral_see_offer": [step("see_offer", "nurse", OFFERED)],
    "referral_accept_offer": [step("accept_offer", "nurse", OFFERED)],
    "referral_waitlist_offer": [step("waitlist_offer", "nurse", OFFERED)],
    "referral_ask_about_offer": [step("ask_about_offer", "nurse", OFFERED, "Send question")],
    "referral_decline_offer": [step("decline_offer", "nurse", OFFERED, "Decline")],
    "referral_allocate": [step("allocate", "nurse", Status.ALLOCATED)],
    "referral_set_out": [step("set_out", "nurse", Status.ALLOCATED)],
    "referral_first_contact": [step("first_contact", "nurse", Status.RESPONDING)],
    "referral_complete": [step("complete", "nurse", Status.IN_SERVICE, "Finish")],
    "referral_reopen": [step("reopen", "nurse", Status.COMPLETED, "Reopen")],
}


class Steps(Scene):
    """Two referrals of one person, so that one can be marked as a duplicate."""

    def prepare(self) -> None:
        self.second = make_referral(self.cast, Status.IN_TRIAGE, patient=self.person)
