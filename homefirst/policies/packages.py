"""Who may ask for, find, run and end packages of care, and when. Each refusal is a sentence fit for the user."""

from accounts.actors import Actor
from accounts.roles import Permission
from audit.errors import IllegalTransition, NotPermitted
from homefirst.models import CarePackage
from homefirst.states import PackageStatus

SEARCHING = (PackageStatus.WANTED, PackageStatus.OFFERED)


def check_can_ask(by: Actor) -> None:
    """Raise NotPermitted unless the role finds care, or arranges ways home."""
    _check_role(by, Permission.BROKER, Permission.DECIDE_DISCHARGE)


def check_can_find(by: Actor, package: CarePackage) -> None:
    """Ask providers and choose one: while a provider is looked for."""
    _check_broker(by, package, PackageStatus.WANTED)


def check_can_look_again(by: Actor, package: CarePackage) -> None:
    """Let the chosen provider go: before care starts."""
    _check_broker(by, package, PackageStatus.OFFERED)


def check_can_follow(by: Actor, package: CarePackage) -> None:
    """Review or end the package: while it runs."""
    _check_broker(by, package, PackageStatus.ACTIVE)


def check_can_cancel(by: Actor, package: CarePackage) -> None:
    """Raise unless the actor finds care or arranges ways home, and care has not started."""
    check_can_ask(by)
    _check_status(package, *SEARCHING)


def check_can_answer(by: Actor, package: CarePackage) -> None:
    """Raise unless the actor works for a provider that was asked, and nobody is chosen yet."""
    _check_role(by, Permission.PROVIDE)
    _check_status(package, PackageStatus.WANTED)


def check_can_start(by: Actor, package: CarePackage) -> None:
    """Raise unless the actor is a broker or works for the chosen provider, and care has not started."""
    _check_role(by, Permission.BROKER, Permission.PROVIDE)
    if by.can(Permission.PROVIDE) and not by.is_system and package.provider_id != by.organisation_id:
        raise NotPermitted("Another provider was chosen.", code="NO_RELATIONSHIP")
    _check_status(package, PackageStatus.OFFERED)


def can_ask(by: Actor) -> bool:
    """True when check_can_ask would not raise."""
    return by.is_system or by.can(Permission.BROKER) or by.can(Permission.DECIDE_DISCHARGE)


def may_know_who(by: Actor, package: CarePackage) -> bool:
    """Whether the actor may see whom the package is for: a provider only once it is chosen."""
    if by.can(Permission.PROVIDE) and not by.is_system:
        return package.provider_id == by.organisation_id
    return True


def _check_broker(by: Actor, package: CarePackage, *statuses: str) -> None:
    _check_role(by, Permission.BROKER)
    _check_status(package, *statuses)


def _check_role(by: Actor, *permissions: Permission) -> None:
    if not by.is_system and not any(by.can(one) for one in permissions):
        raise NotPermitted(f"Your role ({by.role_name}) cannot do this.")


def _check_status(package: CarePackage, *statuses: str) -> None:
    if package.status not in statuses:
        raise IllegalTransition(
            f"This package is now “{PackageStatus(package.status).label}”, so that is no longer possible."
        )
