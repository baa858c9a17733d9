"""The pages of reablement, follow-ups, packages of care and the planner."""

from decimal import Decimal

from django.urls import reverse

from homefirst.actions import follow_ups, plans, reablement
from homefirst.planner import running as planner
from tests.browser.sights.scene import Scene, Sight, about, plain
from tests.factories import patients
from tests.factories.homefirst_packages import Market
from tests.factories.homefirst_planner import ask
from tests.factories.homefirst_reablement import Reablers

SIGHTS: dict[str, list[Sight]] = {
    "reablement": [plain("reablement", "reabler"), plain("reablement", "reabler", query="?list=ended")],
    "reablement_episode": [
        about("reablement_episode", "reabler", "reabled", "Add goal"),
        about("reablement_episode", "reabler", "reabled_over"),
    ],
    "reablement_hours": [about("reablement_hours", "reabler", "reabled", "Save hours")],
    "reablement_goal": [about("reablement_goal", "reabler", "reabled", "Add goal")],
    "reablement_goal_met": [
        Sight("reabler", lambda scene: reverse("reablement_goal_met", args=[scene.reabled.pk, scene.goal.pk]))
    ],
    "reablement_goal_given_up": [
        Sight("reabler", lambda scene: reverse("reablement_goal_given_up", args=[scene.reabled.pk, scene.goal.pk]))
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
        Sight("broker", lambda scene: f"{reverse('package_ask')}?patient={scene.care_for.pk}", "Ask for the package"),
    ],
    "package": [
        *(about("package", "broker", f"package_{what}") for what in ("wanted", "offered", "running")),
    ],
    "package_ask_providers": [about("package_ask_providers", "broker", "package_wanted")],
    "package_choose": [
        Sight(
            "broker",
            lambda scene: reverse("package_choose", args=[scene.package_wanted.pk, scene.package_offer.pk]),
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
}


class Care(Scene):
    """Episodes of reablement, follow-ups, packages in their stages, and runs of the planner."""

    def prepare(self) -> None:
        self._reablement()
        self._packages()
        self.plan_done, self.plan_waits, self.plan_failed = (ask(self.commissioner) for _ in range(3))
        planner.run(self.plan_done.pk)
        plans.fail_plan(by=planner.PLANNER, plan_id=self.plan_failed.pk, problem=planner.STOPPED)

    def _reablement(self) -> None:
        team = Reablers(self.cast)
        self.reabler, self.reabler_lead = team.worker, team.lead
        self.reabled, self.reabled_over = team.episode(days_ago=15), team.episode(days_ago=8)
        work = {"episode_id": self.reabled.pk, "by": team.worker}
        self.goal = reablement.add_goal(**work, text="Make tea")
        for hours in (14, 9):
            reablement.review(**work, hours=Decimal(hours), note="Steadier")
        reablement.end(episode_id=self.reabled_over.pk, by=team.worker, outcome="independent", avoided_admission="yes")
        long = patients.patient(practice=self.cast.practice, family_name="Whosefamilynameislongandhasnospaces")
        self.asked_after, self.answered = team.follow_up(patient=long), team.follow_up()
        for _ in range(2):
            follow_ups.record_attempt(follow_up_id=self.answered.pk, by=team.worker, reached=False)

    def _packages(self) -> None:
        market = Market()
        self.broker, self.provider = market.broker, market.provider
        self.package_wanted, self.package_offered = market.asked(), market.chosen()
        self.package_running = market.running()
        self.package_offer = market.offer(self.package_wanted, answer="part", hours=Decimal(7))
        self.to_answer = market.asked()
        self.care_for = market.person()
