"""What a partner system may be allowed to do, in the words of OAuth 2.0, and what that means to the policies.

A scope opens endpoints; the permissions it maps to let the same policies that guard the pages decide about each row.
"""

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from oauth2_provider.scopes import BaseScopes

from accounts.roles import Permission

if TYPE_CHECKING:
    from api.models import Client


class Scope(StrEnum):
    """Every scope there is."""

    REFERRALS_READ = "referrals.read"
    REFERRALS_WRITE = "referrals.write"
    OFFERS_RESPOND = "offers.respond"
    DIRECTORY_READ = "directory.read"
    PATIENTS_READ = "patients.read"
    FIGURES_READ = "figures.read"
    CAPACITY_READ = "capacity.read"
    CAPACITY_WRITE = "capacity.write"
    DISCHARGE_READ = "discharge.read"
    DISCHARGE_WRITE = "discharge.write"
    PACKAGES_READ = "packages.read"
    REQUESTS_READ = "requests.read"
    REQUESTS_ANSWER = "requests.answer"


READING = frozenset(
    {
        Scope.REFERRALS_READ,
        Scope.DIRECTORY_READ,
        Scope.PATIENTS_READ,
        Scope.FIGURES_READ,
        Scope.CAPACITY_READ,
        Scope.DISCHARGE_READ,
        Scope.PACKAGES_READ,
        Scope.REQUESTS_READ,
    }
)
MEANINGS: dict[str, str] = {
    Scope.REFERRALS_READ: "Read the referrals your organisation sent, and with offers.respond those offered to it.",
    Scope.REFERRALS_WRITE: "Send referrals, answer questions about them, write messages, cancel and withdraw.",
    Scope.OFFERS_RESPOND: "Answer offers to your organisation or team, record first contact, complete.",
    Scope.DIRECTORY_READ: "Read services and organisations.",
    Scope.PATIENTS_READ: "Read who a person is, when your organisation has a relationship with them.",
    Scope.FIGURES_READ: "Read metrics and their figures: sums in which nobody can be recognised.",
    Scope.CAPACITY_READ: "Read how many beds and places are free, kept, in use and closed, ward by ward.",
    Scope.CAPACITY_WRITE: "Keep, fill, free, close and open the beds and places that your organisation runs.",
    Scope.DISCHARGE_READ: "Read the ways home that your organisation takes part in, and its tasks.",
    Scope.DISCHARGE_WRITE: "Begin ways home, say who is ready and who has left, add tasks, and keep your own.",
    Scope.PACKAGES_READ: "Read the packages of care in the lots of your council, with what providers answered.",
    Scope.REQUESTS_READ: "Read what your organisation is asked as a provider of care at home, and what it runs.",
    Scope.REQUESTS_ANSWER: "Answer these requests, and say that care has started.",
}

# Sending lets a client name a person it already has a relationship with, hence VIEW_PATIENT; the record itself is
# behind the patients.read endpoint.
PERMISSIONS: dict[str, tuple[Permission, ...]] = {
    Scope.REFERRALS_READ: (Permission.TRACK_SENT,),
    Scope.REFERRALS_WRITE: (Permission.REFER, Permission.TRACK_SENT, Permission.VIEW_PATIENT),
    Scope.OFFERS_RESPOND: (Permission.RESPOND,),
    Scope.DIRECTORY_READ: (Permission.VIEW_DIRECTORY,),
    Scope.PATIENTS_READ: (Permission.VIEW_PATIENT,),
    Scope.FIGURES_READ: (Permission.VIEW_FIGURES,),
    Scope.CAPACITY_READ: (Permission.VIEW_BEDS,),
    Scope.CAPACITY_WRITE: (Permission.VIEW_BEDS, Permission.MANAGE_BEDS, Permission.VIEW_PATIENT),
    Scope.DISCHARGE_READ: (Permission.DO_TASKS, Permission.VIEW_PATIENT),
    Scope.DISCHARGE_WRITE: (Permission.DISCHARGE, Permission.DO_TASKS, Permission.VIEW_PATIENT),
    Scope.PACKAGES_READ: (Permission.BROKER, Permission.VIEW_PATIENT),
    Scope.REQUESTS_READ: (Permission.PROVIDE,),
    Scope.REQUESTS_ANSWER: (Permission.PROVIDE,),
}


@lru_cache(maxsize=256)
def permissions_of(scopes: frozenset[str]) -> frozenset[str]:
    """The permissions that these scopes stand for."""
    return frozenset(str(permission) for scope in scopes for permission in PERMISSIONS.get(scope, ()))


class ClientScopes(BaseScopes):
    """A client gets the scopes it was registered with, and no others."""

    def get_all_scopes(self) -> dict[str, str]:
        return MEANINGS

    def get_available_scopes(self, application: "Client | None" = None, *args: Any, **kwargs: Any) -> list[str]:
        return list(application.scopes) if application else []

    def get_default_scopes(self, application: "Client | None" = None, *args: Any, **kwargs: Any) -> list[str]:
        return self.get_available_scopes(application)
