"""What happened to an episode, a follow-up or a package, as lines of a timeline."""

from typing import Any
from uuid import UUID

from homefirst.models import Act

WORDS = {
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
SHOWN = 100


def happened(kind: str, subject_id: UUID, reader_id: UUID) -> list[dict[str, Any]]:
    """Acts, newest first, for components/timeline.jinja."""
    words = WORDS[kind]
    acts = Act.objects.filter(subject_id=subject_id).order_by("-version")[:SHOWN]
    return [
        {
            "at": act.at,
            "what": words.get(act.verb, act.verb.replace("_", " ").capitalize()),
            "by": _by(act, reader_id),
            "detail": act.reason,
        }
        for act in acts
    ]


def _by(act: Act, reader_id: UUID) -> str:
    if act.by_id == reader_id:
        return "you"
    return ", ".join(part for part in (act.by_name, act.by_role, act.by_organisation) if part)
