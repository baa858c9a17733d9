"""What other rooms say before a referral is finished: they register a check, since this room does not know them.

A check is called with the referral, who finishes it, with which outcome and when; it raises a DomainError with a
sentence fit for the user. Register in AppConfig.ready() of the room above.
"""

from collections.abc import Callable
from datetime import datetime

from accounts.actors import Actor
from referrals.models import Referral

Check = Callable[[Referral, Actor, str, datetime], None]
_checks: list[Check] = []


def register(check: Check) -> None:
    """Ask this before every finish."""
    if check not in _checks:
        _checks.append(check)


def check_may_finish(referral: Referral, by: Actor, outcome: str, at: datetime) -> None:
    """Ask every room."""
    for check in _checks:
        check(referral, by, outcome, at)
