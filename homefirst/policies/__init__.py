"""Who may do what in Home First, a module for each part. Each refusal is a sentence fit for the user."""

from collections.abc import Callable

from audit.errors import DomainError


def refusal(check: Callable[..., None], *about: object) -> str:
    """The sentence with which a check refuses now; empty when it does not."""
    try:
        check(*about)
    except DomainError as refused:
        return refused.message
    return ""


def allows(check: Callable[..., None], *about: object) -> bool:
    """Whether a check would let this pass."""
    return not refusal(check, *about)
