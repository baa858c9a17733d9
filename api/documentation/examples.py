"""Examples of synthetic people: the NHS number is in the range that is never issued."""

from drf_spectacular.utils import OpenApiExample

SENT = {
    "patient": {
        "nhs_number": "999 000 0018",
        "family_name": "Example",
        "given_name": "Ada",
        "date_of_birth": "1941-03-02",
        "sex": "female",
        "address": "1 Example Street, Leicester",
        "postcode": "LE1 1AA",
        "phone": "0116 496 0123",
    },
    "channel": "gp",
    "needs": ["falls"],
    "need": "Fell this morning, no injury, cannot get up the stairs. Lives alone.",
    "urgency": "crisis",
    "consent": "given",
    "referrer": {"name": "Dr B Example", "role": "GP", "phone": "0116 496 0100"},
    "external_id": "surgery-2041",
}
SEND = [
    OpenApiExample("A new person", value=SENT, request_only=True),
    OpenApiExample(
        "Somebody you referred before",
        value=SENT | {"patient": {"id": "0192f3b4-7c1e-7d5a-9a51-5d0f6c2b8e11"}, "external_id": "surgery-2042"},
        request_only=True,
    ),
]
BODIES: dict[str, dict[str, object]] = {
    "ReasonIn": {"reason": "The family has arranged other help."},
    "DeathIn": {"at": "2026-11-22T14:05:00Z"},
    "AnswerIn": {"text": "She can stand with one person helping."},
    "MessageIn": {"text": "Her daughter will be there from 3pm."},
    "QuestionIn": {"question": "Is there a key safe?"},
    "DeclineIn": {"criterion": "no-999", "note": "Chest pain at rest: rang the practice."},
    "WaitlistIn": {"note": "Next place expected tomorrow."},
    "WhenIn": {"at": "2026-11-22T14:05:00Z"},
    "CompleteIn": {"outcome": "at_home_with_support", "avoided_admission": "yes", "next_step": "Therapist on Monday."},
    "RedirectIn": {"service": "reablement", "reason": "Needs daily help for some weeks."},
    "NothingIn": {},
}


def of(shape: type) -> list[OpenApiExample]:
    """The example body of a step."""
    return [OpenApiExample("Example", value=BODIES[shape.__name__], request_only=True)]
