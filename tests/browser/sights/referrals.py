"""The pages of the room referrals: asking, the lists, and a referral in its statuses."""

from django.utils import timezone

from accounts.actors import ESCALATION
from referrals import actions, watch
from referrals.models import Breach, Draft
from referrals.states import Status
from tests.browser.sights.scene import Scene, Sight, about, of_referral, plain
from tests.factories.referrals import make_referral

IN_TRIAGE, OFFERED = Status.IN_TRIAGE, Status.OFFERED
TELLING = (
    Status.SUBMITTED, IN_TRIAGE, Status.INFO_REQUESTED, Status.ACCEPTED, OFFERED, Status.COMPLETED, Status.DIED,
)  # fmt: skip
SIGHTS: dict[str, list[Sight]] = {
    "refer": [plain("refer", "gp", "Send referral"), plain("refer", "gp", "Find")],
    "refer_draft": [about("refer_draft", "gp", "draft"), about("refer_draft", "gp", "adding", "Send referral")],
    "refer_discard": [about("refer_discard", "gp", "draft")],
    "referral_receipt": [of_referral("referral_receipt", "gp", Status.SUBMITTED)],
    "sent_referrals": [
        plain("sent_referrals", "gp", query="?list=all"),
        plain("sent_referrals", "gp", query="?list=x"),
    ],
    "worklist": [plain("worklist", "clinician"), plain("worklist", "clinician", query="?place=nowhere&list=mine")],
    "team_offers": [plain("team_offers", "nurse")],
    "alerts": [plain("alerts", "lead", query="?list=all")],
    "breaches": [plain("breaches", "lead"), plain("breaches", "lead", query="?list=reviewed")],
    "breach_review": [about("breach_review", "lead", "breach", "Save review")],
    "referral": [
        *(of_referral("referral", "clinician", status) for status in TELLING),
        of_referral("referral", "nurse", OFFERED, "Send message"),
        of_referral("referral", "nurse", Status.RESPONDING),
        of_referral("referral", "nurse", Status.IN_SERVICE),
        of_referral("referral", "gp", Status.INFO_REQUESTED, "Send message"),
    ],
}


class Referrals(Scene):
    """Late referrals whose clocks were missed, two of them of one person, and two drafts."""

    def prepare(self) -> None:
        self.second = make_referral(self.cast, Status.IN_TRIAGE, patient=self.person)
        watch.sweep(by=ESCALATION, now=timezone.now())
        self.breach = Breach.objects.filter(clock__offer=None).earliest("recorded_at")
        self.draft: Draft = actions.save_draft(by=self.cast.gp, typed={"need": ["Fell"]}, patient_id=self.person.pk)
        self.adding: Draft = actions.save_draft(by=self.cast.gp, typed={"mode": ["add"]})
