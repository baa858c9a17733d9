"""Today: the referrals that are open while somebody looks, so that the worklist is alive whenever the portal starts.

Each row says at which stage a story of today stands, how many there are in the size `demo`, how urgent they are, and
how many minutes ago they were sent. Numbers are invented. Together with the history's own open referrals they give a
point of access with new, pressing and late work, teams with offers, and people being cared for.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from directory.codes import NeedCode, Urgency
from synthetic.dice import Dice
from synthetic.story import Arrival, Somebody

VIRTUAL_WARD = "intensive-community-support"
AT_HOME = (NeedCode.FALLS, NeedCode.FRAILTY, NeedCode.CONFUSION)
AT_HOSPITAL_LEVEL = (NeedCode.RESPIRATORY, NeedCode.HEART_FAILURE)
HARD_TO_PLACE = (NeedCode.PERSONAL_CARE, NeedCode.HOUSING, NeedCode.SOCIAL_ISOLATION)
CRISIS, URGENT, SOON, ROUTINE = Urgency.CRISIS, Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE


@dataclass(frozen=True, slots=True)
class Standing:
    """Some referrals that stand at one stage."""

    stage: str
    count: int
    urgencies: tuple[str, ...]
    youngest: float
    oldest: float
    service: str = ""
    needs: tuple[str, ...] = ()
    area: str = ""


TODAY = (
    Standing("submitted", 9, (CRISIS, URGENT), 0.5, 9),
    Standing("submitted", 5, (CRISIS, URGENT), 10.2, 14),
    Standing("submitted", 3, (CRISIS, URGENT), 17, 34),
    Standing("submitted", 6, (SOON,), 3, 42),
    Standing("submitted", 6, (ROUTINE,), 10, 170),
    Standing("in_triage", 8, (CRISIS, URGENT), 6, 22),
    Standing("in_triage", 4, (CRISIS, URGENT), 26, 34),
    Standing("in_triage", 3, (CRISIS,), 42, 70),
    Standing("in_triage", 6, (SOON, ROUTINE), 40, 200),
    Standing("info_requested", 4, (CRISIS,), 12, 20),
    Standing("info_requested", 4, (URGENT,), 20, 100),
    Standing("info_requested", 5, (SOON, ROUTINE), 60, 700),
    Standing("accepted", 4, (CRISIS, URGENT), 20, 60),
    Standing("accepted", 3, (SOON, ROUTINE), 90, 400),
    Standing("offered", 4, (CRISIS,), 12, 30, "crisis-response-leicester", AT_HOME, "leicester"),
    Standing("offered", 3, (CRISIS,), 12, 30, "urgent-community-response-leicestershire", AT_HOME, "charnwood"),
    Standing("offered", 2, (CRISIS,), 12, 30, "crisis-response-rutland", AT_HOME, "rutland"),
    Standing("offered", 2, (URGENT,), 30, 110, VIRTUAL_WARD, AT_HOSPITAL_LEVEL, "leicester"),
    Standing("offered", 2, (SOON,), 60, 400, "community-nursing", (NeedCode.WOUND_CARE,), "westcotes"),
    Standing("offered", 5, (CRISIS,), 12, 34),
    Standing("offered", 9, (URGENT,), 20, 130),
    Standing("offered", 8, (SOON,), 60, 500),
    Standing("offered", 6, (ROUTINE,), 200, 1300),
    Standing("waitlisted", 9, (SOON, ROUTINE), 600, 4000, needs=HARD_TO_PLACE),
    Standing("allocated", 6, (CRISIS,), 30, 80),
    Standing("allocated", 8, (URGENT, SOON), 90, 900),
    Standing("responding", 6, (CRISIS,), 50, 118),
    Standing("responding", 2, (CRISIS,), 124, 150),
    Standing("responding", 3, (URGENT,), 200, 1200),
    Standing("in_service", 14, (CRISIS,), 150, 2600),
    Standing("in_service", 62, (URGENT,), 3000, 16000, VIRTUAL_WARD, AT_HOSPITAL_LEVEL),
)
"""The virtual ward is full: the last ones wait, and get a place when it completes somebody."""


def count_today(referrals: int) -> int:
    """How many stories of today a scale of so many referrals has."""
    return sum(_share(standing, referrals) for standing in TODAY)


def _share(standing: Standing, referrals: int) -> int:
    return max(1, round(standing.count * min(referrals, 6000) / 6000))


def arrivals_today(
    dice: Dice, now: datetime, referrals: int, somebody: Callable[[str], Somebody], services: Mapping[str, UUID]
) -> Iterator[Arrival]:
    """The stories of today."""
    for standing in TODAY:
        for _ in range(_share(standing, referrals)):
            ago = timedelta(seconds=round(60 * dice.uniform(standing.youngest, standing.oldest)))
            yield Arrival(
                now - ago,
                somebody(standing.area),
                urgency=dice.choice(standing.urgencies),
                hold=standing.stage,
                service=services.get(standing.service),
                need=dice.choice(standing.needs) if standing.needs else "",
                until=now,
            )
