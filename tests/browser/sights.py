"""Every page of the portal: who looks at it, at which address, and which button shows its errors.

A test holds these tables to the addresses there are, so that a new page is looked at or left out for a reason.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from accounts.actors import ESCALATION, Actor
from bcf import importing
from bcf.actions import commit_import, load_targets, upload_figures
from bcf.models import Target
from patients import actions as records
from patients.models import BreakGlass, Merge, Patient
from referrals import actions, watch
from referrals.models import Breach, Draft, Referral
from referrals.states import Status
from tests.factories import directory, patients, people
from tests.factories.referrals import Cast, make_referral, offer_of

NOBODY = "nobody"
FIGURES = (Path(importing.__file__).parents[1] / "data" / "bcf_2016_17.csv").read_bytes()


@dataclass(frozen=True)
class Sight:
    """A page as one person sees it."""

    who: str
    where: Callable[["Everything"], str]
    press: str = ""
    """The button that, with nothing filled in, brings the page back with errors."""
    note: str = ""


@dataclass
class Everything:
    """One of everything that a page can be about."""

    cast: Cast
    lead: Actor = field(init=False)
    guardian: Actor = field(init=False)
    commissioner: Actor = field(init=False)
    manager: Actor = field(init=False)
    by_status: dict[Status, Referral] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lead = people.actor("shift_lead", at=self.cast.trust)
        self.commissioner = people.actor("commissioner", at=self.cast.trust)
        self.manager = people.actor("bcf_manager", at=self.cast.trust)
        self.guardian = people.actor("caldicott_guardian", at=self.cast.trust)
        late = timedelta(minutes=40)
        for status in Status:
            self.by_status[status] = make_referral(self.cast, status, ago=late, safeguarding_note="", access_note="Dog")
        self.person: Patient = self.by_status[Status.IN_TRIAGE].patient
        self.second = make_referral(self.cast, Status.IN_TRIAGE, patient=self.person)
        watch.sweep(by=ESCALATION, now=timezone.now())
        self.breach = Breach.objects.filter(clock__offer=None).earliest("recorded_at")
        self.draft: Draft = actions.save_draft(by=self.cast.gp, typed={"need": ["Fell"]}, patient_id=self.person.pk)
        self.adding: Draft = actions.save_draft(by=self.cast.gp, typed={"mode": ["add"]})
        self._restricted()
        self._joined()
        self._published()

    def _restricted(self) -> None:
        self.secret = patients.patient(seen_by=self.cast.trust)
        records.restrict(by=self.lead, patient_id=self.secret.pk, reason="Family member works here")
        self.glass: BreakGlass = records.open_glass(
            by=self.cast.clinician, patient_id=self.secret.pk, reason="Collapsed at the front door"
        )

    def _joined(self) -> None:
        same = {"given_name": "Ann", "family_name": "Twice"}
        self.one, self.other, third = (
            patients.patient(seen_by=self.cast.trust, nhs_number="", **same) for _ in range(3)
        )
        self.merge: Merge = records.merge(
            by=self.lead, kept_id=self.one.pk, absorbed_id=third.pk, reason="Same address, same daughter"
        )

    def _published(self) -> None:
        directory.area("leicestershire")
        self.target = load_targets(by=self.manager) and Target.objects.get()
        self.imported, self.corrected, self.faulty = (
            upload_figures(by=self.manager, name="figures.csv", content=content)
            for content in (FIGURES, FIGURES.replace(b",88,", b",87,"), FIGURES.replace(b",88,", b",188,"))
        )
        changes = importing.compare(importing.check(self.imported.content).lines)
        commit_import(by=self.manager, batch_id=self.imported.pk, expected=importing.fingerprint(changes))

    def actor(self, who: str) -> Actor:
        """The one who looks."""
        return getattr(self, who, None) or getattr(self.cast, who)

    def step(self, verb: str, status: Status) -> str:
        """The page of a step on the referral in this status."""
        return reverse(f"referral_{verb}", args=[self.by_status[status].pk])


def plain(name: str, who: str, press: str = "", query: str = "") -> Sight:
    """A page without anything in its address."""
    return Sight(who, lambda _: reverse(name) + query, press)


def step(verb: str, who: str, status: Status, press: str = "") -> Sight:
    """The page of a step."""
    return Sight(who, lambda all_: all_.step(verb, status), press)


def about(name: str, who: str, what: str, press: str = "") -> Sight:
    """A page about one thing: an attribute of Everything."""
    return Sight(who, lambda all_: reverse(name, args=[getattr(all_, what).pk]), press)


def of_referral(name: str, who: str, status: Status, press: str = "") -> Sight:
    """A page about the referral in this status."""
    return Sight(who, lambda all_: reverse(name, args=[all_.by_status[status].pk]), press)


IN_TRIAGE, OFFERED = Status.IN_TRIAGE, Status.OFFERED
TELLING = (
    Status.SUBMITTED, IN_TRIAGE, Status.INFO_REQUESTED, Status.ACCEPTED, OFFERED, Status.COMPLETED, Status.DIED,
)  # fmt: skip
SIGHTS: dict[str, list[Sight]] = {
    "home": [plain("home", NOBODY), *(plain("home", who) for who in ("gp", "clinician", "nurse", "lead", "guardian"))],
    "accessibility": [plain("accessibility", NOBODY)],
    "about_data": [plain("about_data", NOBODY)],
    "gallery": [plain("gallery", NOBODY, "Send")],
    "account_login": [plain("account_login", NOBODY, "Sign in")],
    "account_logout": [plain("account_logout", "gp")],
    "account_inactive": [plain("account_inactive", NOBODY)],
    "socialaccount_login_cancelled": [plain("socialaccount_login_cancelled", NOBODY)],
    "accounts_me": [plain("accounts_me", "gp")],
    "accounts_role": [plain("accounts_role", "gp")],
    "mfa_index": [plain("mfa_index", "gp")],
    "track_start": [plain("track_start", NOBODY), plain("track_start", NOBODY, query="?link=no")],
    "track": [
        Sight(NOBODY, lambda all_: reverse("track", args=[all_.by_status[Status.SUBMITTED].tracking_token])),
        Sight(NOBODY, lambda _: reverse("track", args=["x" * 32])),
    ],
    "api_docs": [plain("api_docs", NOBODY)],
    "service_list": [plain("service_list", "gp")],
    "service_page": [Sight("gp", lambda all_: reverse("service_page", args=[all_.cast.service.slug]))],
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
            lambda all_: f"{all_.step('withdraw_offer', OFFERED)}?offer={offer_of(all_.by_status[OFFERED]).pk}",
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
    "patient_search": [plain("patient_search", "clinician", "Search")],
    "patient_add": [plain("patient_add", "clinician", "Add this person")],
    "patient": [
        about("patient", "clinician", "person"),
        about("patient", "lead", "one"),
        about("patient", "gp", "secret"),
    ],
    "patient_edit": [about("patient_edit", "clinician", "person")],
    "patient_verify": [about("patient_verify", "clinician", "person", "The number is theirs")],
    "patient_died": [about("patient_died", "clinician", "person", "Record the death")],
    "patient_restrict": [about("patient_restrict", "lead", "person", "Restrict the record")],
    "patient_break_glass": [about("patient_break_glass", "lead", "secret", "Open the record")],
    "patient_merge": [Sight("lead", lambda all_: reverse("patient_merge", args=[all_.one.pk, all_.other.pk]))],
    "patient_unmerge": [
        Sight(
            "lead", lambda all_: reverse("patient_unmerge", args=[all_.one.pk, all_.merge.pk]), "Separate the records"
        )
    ],
    "governance": [plain("governance", "guardian", "See who looked")],
    "governance_patient": [about("governance_patient", "guardian", "person")],
    "governance_restriction": [about("governance_restriction", "guardian", "secret", "Lift the restriction")],
    "governance_person": [Sight("guardian", lambda all_: reverse("governance_person", args=[all_.cast.clinician.id]))],
    "governance_refused": [plain("governance_refused", "guardian")],
    "governance_glass": [plain("governance_glass", "guardian")],
    "figures": [plain("figures", "commissioner"), plain("figures", "commissioner", query="?where=place.none&period=x")],
    "figure": [
        Sight("commissioner", lambda _: reverse("figure", args=["crisis_reached"])),
        Sight("commissioner", lambda _: reverse("figure", args=["referrals_received"]) + "?known_on=2999-01-01"),
    ],
    "board_pack": [plain("board_pack", "commissioner"), plain("board_pack", "commissioner", query="?chosen=1&m=x")],
    "board_pack_print": [plain("board_pack_print", "commissioner")],
    "published": [
        plain("published", "commissioner"),
        plain("published", "manager", query="?known_on=2999-01-01&area=x"),
    ],
    "published_metric": [
        Sight("commissioner", lambda _: reverse("published_metric", args=["non_elective_admissions"]))
    ],
    "targets": [plain("targets", "commissioner"), plain("targets", "manager")],
    "target_set": [plain("target_set", "manager", "Set target")],
    "target_end": [about("target_end", "manager", "target", "End this target")],
    "imports": [plain("imports", "manager", "Check this file")],
    "import_batch": [
        about("import_batch", "manager", "faulty"),
        about("import_batch", "manager", "corrected", "Import 1 figure"),
        about("import_batch", "manager", "imported", "Undo this import"),
    ],
    "figure_compare": [Sight("commissioner", lambda _: reverse("figure_compare", args=["offers_accepted"]))],
    "governance_glass_review": [about("governance_glass_review", "guardian", "glass", "Record the review")],
}
LEFT_OUT: dict[str, str] = {
    **dict.fromkeys(
        ("worklist_rows", "team_rows", "alerts_rows", "gallery_rows", "figures_live"),
        "a part of a page, looked at inside the page",
    ),
    **dict.fromkeys(
        ("worklist_export", "sent_referrals_export", "service_csv", "governance_patient_csv", "governance_person_csv",
         "published_csv", "import_template", "import_mistakes",
         "mfa_download_recovery_codes", "figures_csv", "figure_csv", "figure_compare_csv"),
        "a file",
    ),
    **dict.fromkeys(
        ("alert_take", "referral_message", "refer_save", "refer_save_draft", "gallery_draft", "patient_not_duplicate",
         "import_commit", "import_discard", "import_undo",
         "accounts_stay", "mfa_login_webauthn"),
        "takes a POST, shows no page of its own",
    ),
    **dict.fromkeys(
        ("healthz", "readyz", "oauth2_token", "oauth2_nowhere", "api_nowhere", "api_openapi"), "for machines"
    ),
    **dict.fromkeys(("accounts_cis2_login", "accounts_cis2_callback"), "leads on; tests/accounts follows it"),
    **dict.fromkeys(
        ("account_change_password", "account_set_password", "account_reauthenticate", "mfa_activate_totp",
         "mfa_deactivate_totp", "mfa_authenticate", "mfa_reauthenticate", "mfa_view_recovery_codes",
         "mfa_generate_recovery_codes", "account_reset_password_from_key", "account_reset_password_from_key_done"),
        "asks for a password first: test_accounts_pages.py looks at them",
    ),
    **dict.fromkeys(
        ("mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn",
         "mfa_edit_webauthn"),
        "needs a device that holds passkeys: test_passkeys.py",
    ),
}  # fmt: skip


def names(patterns: list[Any] | None = None) -> Iterator[str]:
    """The names of all addresses, but for the Django admin's own and the partner door's for machines."""
    for one in patterns if patterns is not None else get_resolver().url_patterns:
        if not isinstance(one, URLPattern):
            if one.app_name != "admin":
                yield from names(one.url_patterns)
        elif not str(one.pattern).startswith("api/v1/") or one.name in ("api_docs", "api_openapi"):
            yield str(one.name)
