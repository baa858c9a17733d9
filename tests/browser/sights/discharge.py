"""The pages of getting home: the boards of ward, hub and stores, and a discharge case in its stages."""

from django.urls import reverse

from tests.browser.sights.scene import Scene, Sight, about, plain
from tests.factories.homefirst_discharge import Cast, assess_by, give_hours, make_case, register_assessor_of

SIGHTS: dict[str, list[Sight]] = {
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
        Sight(
            "ward", lambda scene: reverse("discharge_assess", args=[scene.waiting.pk, "going-home"]), "Save assessment"
        )
    ],
    "discharge_rely": [about("discharge_rely", "hub", "assessed")],
    "discharge_challenge": [about("discharge_challenge", "hub", "assessed", "Challenge it")],
    "trusted_assessors": [plain("trusted_assessors", "hub", "Register")],
    "trusted_assessor_end": [about("trusted_assessor_end", "hub", "assessor", "End the registration")],
}


class Discharge(Scene):
    """A case in every stage, with a task, hours of a delay and an assessment."""

    def prepare(self) -> None:
        home = Cast(trust=self.cast.trust)
        self.ward, self.hub, self.stores = home.ward, home.nurse, home.equipment
        stages = ("planning", "ready", "pathway_decided", "arranging", "discharged", "closed")
        self.planned, self.waiting, self.decided, self.arranging, self.gone, self.closed = (
            make_case(home, stage) for stage in stages
        )
        self.home_task = self.arranging.tasks.get()
        self.hours = give_hours(home, self.arranging)
        self.assessor = register_assessor_of(home)
        self.assessed = assess_by(home, self.waiting)
