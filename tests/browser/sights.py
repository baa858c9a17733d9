"""Every page of the portal: who looks at it, at which address, and which button shows its errors.

A test holds these tables to the addresses there are, so that a new page is looked at or left out for a reason.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from accounts.actors import ESCALATION, Actor
from bcf import importing
from bcf.actions import commit_import, load_targets, upload_figures
from bcf.models import Target
from directory.codes import ClockCode
from homefirst.actions import beds as bed_actions
from homefirst.actions import changes as capacity
from homefirst.actions import follow_ups, plans, reablement
from homefirst.actions import wards as ward_actions
from homefirst.actions.rota import add_shift
from homefirst.following_crisis import crisis_keep_up
from homefirst.models import CrisisEpisode, Spell
from homefirst.planner import running as planner
from patients import actions as records
from patients.models import BreakGlass, Merge, Patient
from referrals import actions, clocks, watch
from referrals.models import Breach, Draft, Referral
from referrals.states import Status
from tests.factories import directory, patients, people
from tests.factories import homefirst_beds as beds
from tests.factories.homefirst_discharge import Cast as HomeCast
from tests.factories.homefirst_discharge import assess_by, give_hours, make_case, register_assessor_of
from tests.factories.homefirst_packages import Market
from tests.factories.homefirst_planner import ask
from tests.factories.homefirst_reablement import Reablers
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
        self._crisis()
        self._home()
        self._care()
        self._beds()

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

    def _crisis(self) -> None:
        directory.clock_policy(ClockCode.MAX_STAY, minutes=72 * 60, warn_minutes=12 * 60)
        clocks.forget_policies()
        crisis_keep_up(timezone.now())
        episodes = CrisisEpisode.objects
        self.crisis = episodes.get(referral=self.by_status[Status.IN_SERVICE])
        self.crisis_over = episodes.get(referral=self.by_status[Status.COMPLETED])
        self.team_lead = people.actor("service_lead", team=self.cast.team)
        start = timezone.now() + timedelta(hours=1)
        self.shift, self.shift_off = (
            add_shift(
                team_id=self.cast.team.pk,
                worker_id=who.id,
                starts_at=start,
                ends_at=start + timedelta(hours=8),
                by=self.team_lead,
            )
            for who in (self.cast.nurse, people.actor("community_worker", team=self.cast.team))
        )

    def _home(self) -> None:
        self.home = HomeCast(trust=self.cast.trust)
        self.ward, self.hub, self.stores = self.home.ward, self.home.nurse, self.home.equipment
        stages = ("planning", "ready", "pathway_decided", "arranging", "discharged", "closed")
        self.planned, self.waiting, self.decided, self.arranging, self.gone, self.closed = (
            make_case(self.home, stage) for stage in stages
        )
        self.home_task = self.arranging.tasks.get()
        self.hours = give_hours(self.home, self.arranging)
        self.assessor = register_assessor_of(self.home)
        self.assessed = assess_by(self.home, self.waiting)

    def _care(self) -> None:
        """Reablement, follow-ups, packages of care and runs of the planner."""
        team = Reablers(self.cast)
        self.reabler, self.reabler_lead = team.worker, team.lead
        self.reabled, self.reabled_over = team.episode(days_ago=15), team.episode(days_ago=8)
        work = {"episode_id": self.reabled.pk, "by": team.worker}
        self.goal = reablement.add_goal(**work, text="Make tea")
        for hours in (14, 9):
            reablement.review(**work, hours=Decimal(hours), note="Steadier")
        reablement.end(episode_id=self.reabled_over.pk, by=team.worker, outcome="independent", avoided_admission="yes")
        self.asked_after, self.answered = (team.follow_up() for _ in range(2))
        follow_ups.record_attempt(follow_up_id=self.answered.pk, by=team.worker, reached=True, outcome="home")
        market = Market()
        self.broker, self.provider = market.broker, market.provider
        self.package_wanted, self.package_offered = market.asked(), market.chosen()
        self.package_running = market.running()
        self.package_offer = market.offer(self.package_wanted, answer="part", hours=Decimal(7))
        self.to_answer = market.asked()
        self.care_for = market.person()
        self.plan_done, self.plan_waits, self.plan_failed = (ask(self.commissioner) for _ in range(3))
        planner.run(self.plan_done.pk)
        plans.fail_plan(by=planner.PLANNER, plan_id=self.plan_failed.pk, problem=planner.STOPPED)

    def _beds(self) -> None:
        """A ward with a bed in every state, places at home, and a proposal that touches two people."""
        self.bed_ward = beds.ward(*[{}] * 8, runs=self.cast.trust)
        beds.virtual_ward(runs=self.cast.trust, service=self.cast.service)
        boss = self.bed_boss = beds.manager(self.bed_ward)
        self.bed_free, taken, kept, shut, dirty, closing = list(self.bed_ward.beds.order_by("number"))[:6]
        self.stay, self.kept = beds.occupied(taken, by=boss), beds.reserved(kept, by=boss)
        self.shut = ward_actions.close_bed(bed_id=shut.pk, by=boss, reason="Leaking roof")
        left = beds.occupied(dirty, by=boss)
        bed_actions.release(spell_id=left.pk, by=boss, destination="usual_home")
        self.cleaning = Spell.objects.get(bed=dirty, kind="cleaning")
        proposal = {"kind": "close_beds", "ward_id": self.bed_ward.pk, "reason": "Ill", "starts_at": timezone.now()}
        self.proposal, self.withdrawn = (
            capacity.propose(by=boss, things=things, **proposal) for things in ([taken.pk, kept.pk], [closing.pk])
        )
        capacity.withdraw(change_id=self.withdrawn.pk, by=boss)

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
    "crisis": [plain("crisis", "nurse"), plain("crisis", "nurse", query="?list=next&place=nowhere")],
    "crisis_overstays": [plain("crisis_overstays", "nurse")],
    "crisis_episode": [
        about("crisis_episode", "nurse", "crisis", "Save"),
        about("crisis_episode", "nurse", "crisis_over"),
    ],
    "crisis_night_cover": [about("crisis_night_cover", "nurse", "crisis", "Save")],
    "crisis_name_clinician": [about("crisis_name_clinician", "nurse", "crisis")],
    "crisis_plan_next_step": [about("crisis_plan_next_step", "nurse", "crisis", "Save the next step")],
    "crisis_extend": [about("crisis_extend", "team_lead", "crisis", "Approve more time")],
    "crisis_close": [
        about("crisis_close", "nurse", "crisis", "End crisis support"),
        about("crisis_close", "nurse", "crisis_over"),
    ],
    "rota": [plain("rota", "nurse"), plain("rota", "team_lead")],
    "rota_add": [plain("rota_add", "team_lead", "Add the shift")],
    "rota_cancel": [about("rota_cancel", "team_lead", "shift", "Cancel the shift")],
    "getting_home": [plain("getting_home", "hub"), plain("getting_home", "hub", query="?list=left&place=nowhere")],
    "ward_board": [plain("ward_board", "ward")],
    "discharge_tasks": [plain("discharge_tasks", "stores"), plain("discharge_tasks", "stores", query="?list=overdue")],
    "discharge_find": [plain("discharge_find", "ward", "Search")],
    "discharge_identify": [about("discharge_identify", "ward", "person"), about("discharge_identify", "hub", "person")],
    "discharge_case": [
        *(about("discharge_case", "ward", what) for what in ("planned", "waiting", "arranging", "gone", "closed")),
        about("discharge_case", "hub", "waiting"),
        about("discharge_case", "stores", "arranging"),
    ],
    "discharge_take": [about("discharge_take", "hub", "waiting")],
    "discharge_plan": [about("discharge_plan", "ward", "planned")],
    "discharge_ready": [about("discharge_ready", "ward", "planned")],
    "discharge_agree": [about("discharge_agree", "hub", "waiting", "Record our agreement")],
    "discharge_reconsider": [about("discharge_reconsider", "hub", "decided", "Decide again")],
    "discharge_add_task": [about("discharge_add_task", "hub", "decided", "Add task")],
    "discharge_fill": [about("discharge_fill", "ward", "waiting")],
    "discharge_ask": [about("discharge_ask", "hub", "waiting", "Ask the ward")],
    "discharge_reattribute": [about("discharge_reattribute", "hub", "arranging", "Change the owner")],
    "discharge_leave": [about("discharge_leave", "ward", "decided")],
    "discharge_at_home": [about("discharge_at_home", "hub", "gone")],
    "discharge_close": [about("discharge_close", "hub", "gone")],
    "discharge_not_ready": [about("discharge_not_ready", "ward", "waiting", "No longer ready")],
    "discharge_stop": [about("discharge_stop", "ward", "waiting", "Stop the case")],
    "discharge_task_finish": [about("discharge_task_finish", "stores", "home_task")],
    "discharge_task_move": [about("discharge_task_move", "stores", "home_task", "Change the time")],
    "discharge_task_cancel": [about("discharge_task_cancel", "stores", "home_task", "Take the task away")],
    "discharge_hours_agree": [about("discharge_hours_agree", "stores", "hours")],
    "discharge_hours_dispute": [about("discharge_hours_dispute", "stores", "hours", "Dispute these hours")],
    "discharge_assess": [
        Sight("ward", lambda all_: reverse("discharge_assess", args=[all_.waiting.pk, "going-home"]), "Save assessment")
    ],
    "discharge_rely": [about("discharge_rely", "hub", "assessed")],
    "discharge_challenge": [about("discharge_challenge", "hub", "assessed", "Challenge it")],
    "trusted_assessors": [plain("trusted_assessors", "hub", "Register")],
    "trusted_assessor_end": [about("trusted_assessor_end", "hub", "assessor", "End the registration")],
    "beds": [plain("beds", "bed_boss"), plain("beds", "ward")],
    "bed_matches": [plain("bed_matches", "bed_boss")],
    "ward": [
        Sight("bed_boss", lambda all_: reverse("ward", args=[all_.bed_ward.slug])),
        Sight("ward", lambda all_: reverse("ward", args=[all_.bed_ward.slug])),
    ],
    "bed_reserve": [about("bed_reserve", "bed_boss", "bed_free", "Keep it")],
    "bed_occupy": [
        about("bed_occupy", "bed_boss", "bed_free", "They are here"),
        Sight("bed_boss", lambda all_: reverse("bed_occupy", args=[all_.kept.bed_id]), "They are here"),
    ],
    "bed_close": [about("bed_close", "bed_boss", "bed_free", "Close it")],
    "bed_let_go": [about("bed_let_go", "bed_boss", "kept"), about("bed_let_go", "bed_boss", "stay")],
    "bed_release": [about("bed_release", "bed_boss", "stay", "They have left")],
    "bed_move": [about("bed_move", "bed_boss", "stay", "Move")],
    "bed_leaving": [about("bed_leaving", "bed_boss", "stay")],
    "bed_cleaned": [about("bed_cleaned", "bed_boss", "cleaning")],
    "bed_open": [about("bed_open", "bed_boss", "shut")],
    "change_propose": [
        Sight("bed_boss", lambda all_: reverse("change_propose", args=[all_.bed_ward.slug]), "See whom it touches")
    ],
    "changes": [plain("changes", "bed_boss")],
    "change": [about("change", "bed_boss", "proposal"), about("change", "bed_boss", "withdrawn")],
    "reablement": [plain("reablement", "reabler"), plain("reablement", "reabler", query="?list=ended")],
    "reablement_episode": [
        about("reablement_episode", "reabler", "reabled", "Add goal"),
        about("reablement_episode", "reabler", "reabled_over"),
    ],
    "reablement_hours": [about("reablement_hours", "reabler", "reabled", "Save hours")],
    "reablement_goal": [about("reablement_goal", "reabler", "reabled", "Add goal")],
    "reablement_goal_met": [
        Sight("reabler", lambda all_: reverse("reablement_goal_met", args=[all_.reabled.pk, all_.goal.pk]))
    ],
    "reablement_goal_given_up": [
        Sight("reabler", lambda all_: reverse("reablement_goal_given_up", args=[all_.reabled.pk, all_.goal.pk]))
    ],
    "reablement_review": [about("reablement_review", "reabler", "reabled")],
    "reablement_end": [
        about("reablement_end", "reabler", "reabled", "End reablement"),
        about("reablement_end", "reabler", "reabled_over"),
    ],
    "follow_ups": [plain("follow_ups", "reabler"), plain("follow_ups", "reabler_lead", query="?list=done")],
    "follow_up_attempt": [about("follow_up_attempt", "reabler", "asked_after", "Save")],
    "follow_up_correct": [about("follow_up_correct", "reabler_lead", "answered", "Correct the answer")],
    "packages": [plain("packages", "broker"), plain("packages", "broker", query="?list=running")],
    "lots": [plain("lots", "broker")],
    "package_ask": [
        plain("package_ask", "broker"),
        Sight("broker", lambda all_: f"{reverse('package_ask')}?patient={all_.care_for.pk}", "Ask for the package"),
    ],
    "package": [
        *(about("package", "broker", f"package_{what}") for what in ("wanted", "offered", "running")),
    ],
    "package_ask_providers": [about("package_ask_providers", "broker", "package_wanted")],
    "package_choose": [
        Sight(
            "broker",
            lambda all_: reverse("package_choose", args=[all_.package_wanted.pk, all_.package_offer.pk]),
        )
    ],
    "package_look_again": [about("package_look_again", "broker", "package_offered", "Look for another provider")],
    "package_start": [about("package_start", "broker", "package_offered")],
    "package_review": [about("package_review", "broker", "package_running")],
    "package_end": [about("package_end", "broker", "package_running", "End the package")],
    "package_cancel": [about("package_cancel", "broker", "package_wanted", "Cancel the package")],
    "package_requests": [
        plain("package_requests", "provider"),
        plain("package_requests", "provider", query="?list=running"),
    ],
    "package_request": [
        about("package_request", "provider", "to_answer", "Send answer"),
        about("package_request", "provider", "package_offered"),
    ],
    "package_answer": [about("package_answer", "provider", "to_answer", "Send answer")],
    "package_request_start": [about("package_request_start", "provider", "package_offered")],
    "planner": [plain("planner", "commissioner"), plain("planner", "manager")],
    "plan": [about("plan", "commissioner", f"plan_{what}") for what in ("done", "waits", "failed")],
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
        ("getting_home_rows", "ward_board_rows", "discharge_tasks_rows",
         "reablement_rows", "packages_rows", "plan_rows",
         "bed_rows", "ward_rows",
         "crisis_rows", "worklist_rows", "team_rows", "alerts_rows", "gallery_rows", "figures_live"),
        "a part of a page, looked at inside the page",
    ),
    **dict.fromkeys(
        ("reablement_csv", "follow_ups_csv", "packages_csv", "packages_unfilled_csv", "lots_csv", "plan_csv",
         "getting_home_csv", "ward_board_csv", "crisis_export", "crisis_overstays_export", "rota_export",
         "beds_export",
         "worklist_export", "sent_referrals_export", "service_csv", "governance_patient_csv", "governance_person_csv",
         "published_csv", "import_template", "import_mistakes",
         "mfa_download_recovery_codes", "figures_csv", "figure_csv", "figure_compare_csv"),
        "a file",
    ),
    **dict.fromkeys(
        ("plan_again",
         "ward_confirm", "change_withdraw",
         "alert_take", "referral_message", "refer_save", "refer_save_draft", "gallery_draft", "patient_not_duplicate",
         "import_commit", "import_discard", "import_undo",
         "accounts_stay", "mfa_login_webauthn"),
        "takes a POST, shows no page of its own",
    ),
    "discharge_of_referral": "the page of discharge_identify, for the person of a referral",
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
