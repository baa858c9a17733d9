"""Home First follows referrals: whoever is met, reopened, moved or finished there has an episode here that says so.
It follows the clock too: what ends by itself is said to have ended.

A sweep compares and changes only what is out of step, so that an outage of the timetable is caught up by the next one
and two workers at once do everything once.
"""

from datetime import datetime, timedelta
from typing import Any

from homefirst.following_beds import beds_keep_up
from homefirst.following_crisis import crisis_keep_up
from homefirst.following_reablement import reablement_keep_up
from homefirst.planner.running import planner_keep_up

LATELY = timedelta(hours=1)
"""How far the frequent sweep looks back for what has ended; a rarer one looks back as far as anything may change."""
EVER = timedelta.max


def keep_up(now: datetime, look_back: timedelta = EVER) -> dict[str, Any]:
    """Bring every part into step; how many rows of each changed."""
    return {
        "crisis": crisis_keep_up(now, look_back),
        "reablement": reablement_keep_up(now, look_back),
        "beds": beds_keep_up(now),
        "plans": planner_keep_up(now),
    }
