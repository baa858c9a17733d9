"""The map and the phone book: who there is, where they work, what they offer, how fast they answer."""

from directory.models.areas import Area, Population
from directory.models.clocks import ClockPolicy, EscalationStep
from directory.models.organisations import Organisation, PointOfAccess, Practice
from directory.models.services import BankHoliday, Capacity, Criterion, OpeningHours, Service
from directory.models.teams import Team

__all__ = [
    "Area",
    "BankHoliday",
    "Capacity",
    "ClockPolicy",
    "Criterion",
    "EscalationStep",
    "OpeningHours",
    "Organisation",
    "PointOfAccess",
    "Population",
    "Practice",
    "Service",
    "Team",
]
