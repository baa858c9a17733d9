"""What people do to a case and to what belongs to it: one address, one form, one action each."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.actors import Actor
from accounts.roles import Permission
from homefirst.actions import assessing, deciding, delays, discharge, discharge_tasks, leaving, transfer
from homefirst.case_file import CaseFile
from homefirst.case_parts import open_assessment, open_hours, open_task, open_to_take, open_with_tool
from homefirst.forms import discharge as forms
from homefirst.forms import discharge_parts as parts
from homefirst.forms.taking import NothingForm
from homefirst.policies import discharge as policies
from homefirst.policies.discharge import WHO, CaseVerb
from homefirst.views.taking import Opener, Taking, view_of
from homefirst.whose_turn import next_step, next_task


def _check(verb: CaseVerb) -> Callable[[Actor, Any], None]:
    return partial(policies.check_can, verb)


CASE_WAYS: dict[CaseVerb, Taking] = {
    CaseVerb.TAKE: Taking(
        "discharge_take", "case_id", discharge.take_case, NothingForm, "Take this case", "Take this case",
        "The case is yours: everybody sees whom to ring.", check=policies.check_can_take,
    ),
    CaseVerb.PLAN: Taking(
        "discharge_plan", "case_id", discharge.begin_planning, forms.PlanForm, "Begin planning", "Begin planning",
        "Planning has begun.", check=_check(CaseVerb.PLAN),
    ),
    CaseVerb.READY: Taking(
        "discharge_ready", "case_id", discharge.mark_ready, forms.ReadyForm, "Ready to leave", "Ready to leave",
        "Recorded. From that moment on each hour has an owner: first the hub’s organisation.",
        help="A clinician and the team agree that the person can leave safely. Say since when: it can be earlier.",
        check=_check(CaseVerb.READY),
    ),
    CaseVerb.AGREE: Taking(
        "discharge_agree", "case_id", deciding.agree, forms.AgreeForm, "Agree to a way home", "Record our agreement",
        "Your organisation’s agreement is recorded.",
        help="The ward decides pathway 0 alone. For pathways 1 to 3, one NHS organisation and one council agree on the "
        "same pathway and destination.",
        check=_check(CaseVerb.AGREE),
    ),
    CaseVerb.RECONSIDER: Taking(
        "discharge_reconsider", "case_id", deciding.reconsider, forms.ReconsiderForm, "Decide again", "Decide again",
        "Everybody is asked to agree anew.", help="This cancels what was agreed. The person stays ready to leave.",
        check=_check(CaseVerb.RECONSIDER),
    ),
    CaseVerb.ADD_TASK: Taking(
        "discharge_add_task", "case_id", discharge_tasks.add_task, parts.TaskForm, "Add a task", "Add task",
        "The task is with its organisation, which may now open the person.", check=_check(CaseVerb.ADD_TASK),
    ),
    CaseVerb.FILL: Taking(
        "discharge_fill", "case_id", transfer.fill_transfer, parts.TransferForm, "Transfer data set", "Save",
        "Saved.", help="This goes with the person. Leave empty what you do not know: everybody sees what is missing.",
        check=_check(CaseVerb.FILL),
    ),
    CaseVerb.ASK: Taking(
        "discharge_ask", "case_id", transfer.ask_for_items, parts.AskForm, "Ask for missing items", "Ask the ward",
        "The ward sees what you asked for.", check=_check(CaseVerb.ASK),
    ),
    CaseVerb.REATTRIBUTE: Taking(
        "discharge_reattribute", "case_id", delays.reattribute, parts.ReattributeForm, "Change who owns the waiting",
        "Change the owner", "The hours have a new owner from that moment on.",
        help="The hours before that moment keep their owner. After a dispute this is the hub’s answer.",
        check=_check(CaseVerb.REATTRIBUTE),
    ),
    CaseVerb.LEAVE: Taking(
        "discharge_leave", "case_id", leaving.leave, forms.LeaveForm, "They have left", "They have left",
        "Recorded. The waiting has stopped.", check=_check(CaseVerb.LEAVE),
    ),
    CaseVerb.AT_HOME: Taking(
        "discharge_at_home", "case_id", leaving.see_at_home, forms.AtHomeForm, "Assessed at home", "Assessed at home",
        "Recorded.", check=_check(CaseVerb.AT_HOME),
    ),
    CaseVerb.CLOSE: Taking(
        "discharge_close", "case_id", leaving.close_case, NothingForm, "Close the case", "Close the case",
        "The case is closed.", help="Tasks that are still open are closed with it.", check=_check(CaseVerb.CLOSE),
    ),
    CaseVerb.NOT_READY: Taking(
        "discharge_not_ready", "case_id", discharge.not_ready, forms.NotReadyForm, "No longer ready",
        "No longer ready", "The waiting has stopped. What was decided is decided anew when they are ready again.",
        grave=True, check=_check(CaseVerb.NOT_READY),
    ),
    CaseVerb.STOP: Taking(
        "discharge_stop", "case_id", discharge.stop_case, forms.StopForm, "Stop the case", "Stop the case",
        "The case is stopped.", help="For somebody who stays, goes elsewhere, or was entered by mistake.",
        grave=True, check=_check(CaseVerb.STOP),
    ),
}  # fmt: skip
MAIN_WORDS = {CaseVerb.FILL: "Fill in what is missing"}
"""What the main button says where the step is called otherwise."""
BESIDE = (CaseVerb.ADD_TASK, CaseVerb.FILL, CaseVerb.ASK, CaseVerb.REATTRIBUTE)
"""Offered where they belong, not among what is next."""
TASK_WAYS = {
    "finish": Taking(
        "discharge_task_finish", "task_id", discharge_tasks.finish_task, parts.FinishTaskForm, "Task done",
        "It is done", "Done. Everybody sees it.", check=policies.check_can_do_task,
    ),
    "move": Taking(
        "discharge_task_move", "task_id", discharge_tasks.move_task, parts.MoveTaskForm, "Another time",
        "Change the time", "The new time is shown to everybody.", check=policies.check_can_do_task,
    ),
    "cancel": Taking(
        "discharge_task_cancel", "task_id", discharge_tasks.cancel_task, parts.CancelTaskForm, "No longer needed",
        "Take the task away", "The task is taken away.", grave=True, check=policies.check_can_do_task,
    ),
}  # fmt: skip
HOURS_WAYS = {
    "agree": Taking(
        "discharge_hours_agree", "spell_id", delays.agree_delay, NothingForm, "Agree to these hours",
        "These hours are ours", "Agreed.", check=policies.check_can_agree_delay,
    ),
    "dispute": Taking(
        "discharge_hours_dispute", "spell_id", delays.dispute_delay, parts.DisputeForm, "Dispute these hours",
        "Dispute these hours", "Disputed. The hub answers next.",
        check=policies.check_can_dispute_delay,
    ),
}  # fmt: skip
ASSESSMENT_WAYS = {
    "rely": Taking(
        "discharge_rely", "assessment_id", assessing.rely_on, NothingForm, "Rely on this assessment",
        "Rely on it", "Your organisation relies on this assessment.",
    ),
    "challenge": Taking(
        "discharge_challenge", "assessment_id", assessing.challenge, parts.ChallengeForm, "Challenge this assessment",
        "Challenge it", "The challenge is recorded: the assessor’s organisation sees it.",
    ),
}  # fmt: skip
ASSESS = Taking(
    "discharge_assess", "case_id", assessing.assess, parts.AssessForm, "Assess", "Save assessment",
    "The assessment is saved. Others see it, and when it becomes too old.", check=_check(CaseVerb.ASSESS),
)  # fmt: skip

OPENERS: dict[CaseVerb, Opener] = {CaseVerb.TAKE: open_to_take}
case_views = {
    verb: view_of(way, OPENERS.get(verb, CaseFile.open), *dict.fromkeys(permission for permission, _ in WHO[verb]))
    for verb, way in CASE_WAYS.items()
}
task_views = {
    name: view_of(way, open_task, Permission.DO_TASKS, Permission.DECIDE_DISCHARGE) for name, way in TASK_WAYS.items()
}
hours_views = {name: view_of(way, open_hours, Permission.DO_TASKS) for name, way in HOURS_WAYS.items()}
assessment_views = {
    name: view_of(way, open_assessment, Permission.DISCHARGE, Permission.DECIDE_DISCHARGE, Permission.DO_TASKS)
    for name, way in ASSESSMENT_WAYS.items()
}


@requires(Permission.DISCHARGE, Permission.DECIDE_DISCHARGE, Permission.DO_TASKS)
@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: HttpRequest, subject_id: UUID, tool: str) -> HttpResponse:
    """Assess the person by one tool."""
    form_page = view_of(ASSESS, lambda case_id, actor: open_with_tool(case_id, tool, actor), Permission.DISCHARGE)
    return form_page(request, subject_id)


def _main(file: CaseFile, following: CaseVerb | None) -> dict[str, Any] | None:
    """The main button: the step that waits for the reader's side, else their own next task; None when others act."""
    if following:
        way = CASE_WAYS[following]
        return {"text": MAIN_WORDS.get(following, way.title), "href": reverse(way.url_name, args=[file.case.pk])}
    task = next_task(file)
    if task is None:
        return None
    way = TASK_WAYS["finish"]
    return {"text": way.title, "href": reverse(way.url_name, args=[task.pk]), "task": task}


def open_ways(file: CaseFile) -> dict[str, Any]:
    """What the reader may do now: what their side has to do next, others, and those offered beside their own matter."""
    may = {verb: way for verb, way in CASE_WAYS.items() if way.is_open(file)}
    following = next_step(file)
    return {
        "main": _main(file, following),
        "others": [way for verb, way in may.items() if verb not in (*BESIDE, CaseVerb.TAKE, following)],
        "take": may.get(CaseVerb.TAKE),
        **{verb.value: may.get(verb) for verb in BESIDE},
        "assess": policies.can(CaseVerb.ASSESS, file.actor, file.case),
    }
