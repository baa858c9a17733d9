"""J6 by pages: a crisis of 72 hours ends safely."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from homefirst.following_crisis import crisis_keep_up
from tests.factories.homefirst_crisis import CrisisCast, episode, now_of
from tests.homefirst.web.crisis import at, rows_of, send
from tests.homefirst.web.pages import moment
from tests.referrals.web.pages import SUCCESS, words

pytestmark = pytest.mark.django_db


def test_j6_by_pages_a_crisis_of_72_hours_ends_safely(as_):
    start = timezone.now() - timedelta(hours=71)
    with time_machine.travel(start, tick=False):
        cast = CrisisCast()
        found = episode(cast, hours=0)
        nurse = as_(cast.nurse)
        board = words(nurse.get("/crisis/"))
        assert "Not covered" in board
        assert "None yet" in board
        assert "3 days left" in board
        assert send(nurse, found, "night_cover", service_id=str(cast.nights.pk)).status_code == SUCCESS
        assert "Nights comes at night. You can ring them on 0116 496 0300." in words(nurse.get(at("episode", found)))
    with time_machine.travel(start + timedelta(hours=61), tick=False):
        crisis_keep_up(timezone.now())
        nurse = as_(cast.nurse)
        assert "Hand-over due" in words(nurse.get("/crisis/?list=hand-over"))
        assert "Plan the next step first: who comes next" in words(nurse.get(at("episode", found)))
        refused = send(nurse, found, "close", outcome="reablement", avoided_admission="yes")
        assert refused.status_code == 409
        tomorrow = moment(timezone.now() + timedelta(days=1))
        typed = {"next_step": "reablement", "note": "Two visits a day", **tomorrow}
        planned = send(nurse, found, "plan_next_step", **typed)
        assert planned.status_code == SUCCESS, words(planned)
        told = words(nurse.get(at("episode", found)))
        assert "Reablement from tomorrow at" in told
        assert "Two visits a day." in told
        assert "Urgent response city: 0116 496 0200. If it is an emergency, ring 999." in told
    with time_machine.travel(start + timedelta(hours=70), tick=False):
        nurse = as_(cast.nurse)
        ended = send(nurse, found, "close", outcome="reablement", avoided_admission="yes")
        assert ended.status_code == SUCCESS, words(ended)
        page = words(nurse.get(at("episode", found)))
        assert "C: the counting rule holds on what was recorded" in page
        assert rows_of(nurse) == 0
    assert now_of(found).referral.status == "completed"
