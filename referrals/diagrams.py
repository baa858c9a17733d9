"""State diagrams in Mermaid, drawn from the tables so that the documents cannot lie."""

from collections.abc import Mapping, Sequence

from django.db.models import TextChoices

from referrals.states import OFFER_TRANSITIONS, OWNERS, TRANSITIONS, OfferStatus, Status


def referral_diagram() -> str:
    """docs/states/referral.md"""
    owners = "\n".join(f"| {status.label} | `{status.value}` | {owner.value} |" for status, owner in OWNERS.items())
    table = f"\n| status | code | whose turn |\n|---|---|---|\n{owners}\n"
    return page("Referral", Status, TRANSITIONS, "referrals") + table


def offer_diagram() -> str:
    """docs/states/offer.md"""
    return page("Offer of a referral to a service", OfferStatus, OFFER_TRANSITIONS, "referrals")


def page(title: str, statuses: type[TextChoices], table: Mapping[str, Sequence[TextChoices]], room: str) -> str:
    """One state machine of a room."""
    lines = [f"    {status.value} : {status.label}" for status in statuses]
    for before, afters in table.items():
        start = statuses(before).value if before else "[*]"
        lines += [f"    {start} --> {after.value}" for after in afters]
        if before and not afters:
            lines.append(f"    {start} --> [*]")
    body = "\n".join(lines)
    head = f"# {title}\n\nDrawn by `manage.py draw_states` from `{room}/states.py`.\n"
    return f"{head}\n```mermaid\nstateDiagram-v2\n{body}\n```\n"
