"""How sending and reading referrals is documented."""

from api.documentation import shapes
from api.documentation.examples import SEND
from api.documentation.parts import (
    IF_NONE_MATCH,
    KEY_REQUIRED,
    LIST,
    ONE,
    WRITE,
    documented,
    etag_of,
    header,
    path,
    replayed,
)
from api.inputs import ReferralFilters, ReferralIn

TAG = "Referrals"
REFERRAL = path("referral", "Id of the referral.")
listed = documented(
    "listReferrals",
    TAG,
    "List referrals",
    answers={200: (shapes.ReferralPage, "Newest first.")},
    refusals=LIST,
    parameters=[ReferralFilters, header("Link", "The next page, as rel=next.", answers=[200])],
    description=(
        "The referrals your organisation sent, and those offered to it. There is no total. To follow changes, poll "
        "with updated_since set a few minutes before your last look: a change is shown when its transaction ends."
    ),
)
sent = documented(
    "sendReferral",
    TAG,
    "Send a referral",
    answers={201: (shapes.NewReferral, "Received: its clocks run.")},
    refusals=WRITE,
    parameters=[
        KEY_REQUIRED,
        etag_of(201),
        replayed(201),
        header("Location", "Address of the referral.", answers=[201]),
    ],
    request=ReferralIn,
    examples=SEND,
    description=(
        "Say what the person needs, not which service: the single point of access decides that. An NHS number with a "
        "wrong check digit is stored and flagged in warnings; a person without a number is welcome."
    ),
)
one = documented(
    "readReferral",
    TAG,
    "Read a referral",
    answers={200: (shapes.Referral, "As it stands now."), 304: (None, "Unchanged since the ETag you sent.")},
    refusals=ONE,
    parameters=[REFERRAL, IF_NONE_MATCH, etag_of(200, 304)],
    description="The read is logged with your organisation and system.",
)
