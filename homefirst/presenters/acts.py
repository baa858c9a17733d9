"""What happened in Home First, as lines of a timeline."""

from collections.abc import Iterable
from typing import Any

from homefirst.models import Act

CASE = {
    "identify": "Began the case",
    "take": "Took the case",
    "plan": "Began planning",
    "ready": "Said that the person is ready to leave",
    "agree": "Agreed to a way home for their organisation",
    "reconsider": "Asked for the decision to be made again",
    "add_task": "Added a task",
    "finish_task": "Finished a task",
    "move_task": "Moved a task to another time",
    "cancel_task": "Took a task away",
    "drop_task": "Closed a task that is no longer needed",
    "fill": "Filled in the transfer data set",
    "ask": "Asked for missing items",
    "assess": "Made an assessment",
    "accepted": "Relied on an assessment",
    "challenged": "Challenged an assessment",
    "reattribute": "Gave hours of waiting to another owner",
    "dispute_delay": "Disputed hours of waiting",
    "agree_delay": "Agreed to hours of waiting",
    "leave": "Said that the person has left",
    "at_home": "Assessed the person at home",
    "close": "Closed the case",
    "not_ready": "Said that the person is no longer ready",
    "stop": "Stopped the case",
}
WORDS = {
    "crisisepisode": {
        "open": "Crisis support began",
        "follow": "The times were put right",
        "reopen": "Crisis support was taken up again",
        "void": "The first contact was taken back",
        "hand-over-due": "The hand-over became due",
        "night-cover": "Said who covers the night",
        "name-clinician": "Named the clinician",
        "plan-next-step": "Planned the next step",
        "extend": "Approved more time",
        "close": "Ended the crisis support",
    },
    "dischargecase": CASE,
    "dischargetask": CASE,
    "assessment": CASE,
    "spell": {
        "reserve": "Kept the bed",
        "occupy": "Gave somebody the bed",
        "use": "They came, as the bed was kept for them",
        "expect_leaving": "Changed the day they are expected to leave",
        "move": "Moved them to another bed",
        "release": "They left",
        "let_go": "Let the bed go",
        "clean": "Asked for cleaning",
        "cleaned": "Said that the bed is clean",
        "close": "Closed the bed",
        "open": "Opened the bed again",
    },
    "reablementepisode": {
        "start": "First visit: reablement started",
        "take_up_again": "Taken up again",
        "hand_over": "Moved to another team",
        "void": "First visit taken back",
        "end": "Ended",
        "set_hours": "Hours recorded",
        "add_goal": "Goal added",
        "meet_goal": "Goal met",
        "give_up_goal": "Goal given up",
        "review": "Weekly review",
    },
    "followup91": {
        "start": "To be asked on day 91",
        "attempt": "Attempt to find out",
        "correct": "Answer corrected",
        "note_death": "Died before day 91, from the record",
    },
    "carepackage": {
        "ask": "Package asked for",
        "ask_providers": "Providers asked",
        "answer": "A provider answered",
        "choose": "Provider chosen",
        "look_again": "Looking for a provider again",
        "start": "Care started",
        "review": "Reviewed",
        "end": "Ended",
        "cancel": "No longer wanted",
        "rest": "The hours that one provider could not take",
    },
}


def entries(acts: Iterable[Act]) -> list[dict[str, Any]]:
    """Acts in this order, for components/timeline.jinja."""
    return [{"at": act.at, "what": _what(act), "by": act.signature, "detail": act.reason} for act in acts]


def _what(act: Act) -> str:
    return WORDS.get(act.subject_kind, {}).get(act.verb) or act.verb.replace("_", " ").capitalize()
