"""How the steps are documented: from the same table that makes their endpoints."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema_view

from api import inputs
from api.documentation import examples, shapes
from api.documentation.parts import IF_MATCH, KEY_OPTIONAL, STEP, WRITE, documented, etag_of, path, replayed
from api.documentation.referrals import REFERRAL
from api.representations import OFFER_VERBS

OFFER = path("offer", "Id of the offer.")


def step(taken: Any) -> Callable[[Any], Any]:
    """Document one step of the table."""
    of_offer = taken.verb in OFFER_VERBS
    name = "".join(part.title() for part in taken.verb.value.split("-"))
    operation = documented(
        f"step{name}",
        "Offers" if of_offer else "Steps",
        taken.title,
        answers={200: (shapes.Referral, "The referral after the step.")},
        refusals=STEP,
        parameters=[REFERRAL, *([OFFER] if of_offer else []), IF_MATCH, KEY_OPTIONAL, etag_of(200), replayed(200)],
        request=taken.shape,
        examples=examples.of(taken.shape),
        description=taken.words,
    )
    return extend_schema_view(post=operation)


message = documented(
    "writeMessage",
    "Steps",
    "Write a message",
    answers={201: (shapes.Referral, "The referral with the message.")},
    refusals=(*WRITE, 404),
    parameters=[REFERRAL, KEY_OPTIONAL, etag_of(201), replayed(201)],
    request=inputs.MessageIn,
    examples=examples.of(inputs.MessageIn),
    description="To everybody who works on the referral. The version does not change.",
)
