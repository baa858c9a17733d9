"""Components say their state in words, escape what people typed, and leave out what is not known."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django import forms
from django.conf import settings
from django.template import engines

from pages.macros import field_macro
from referrals.clocks import State
from referrals.presenters.clocks import ClockChip
from referrals.states import OfferStatus, Status

NOW = datetime(2026, 11, 22, 16, 5, tzinfo=UTC)
HOSTILE = "<img src=x onerror=alert(1)>"
CLOCK = '{% from "components/clock.jinja" import clock %}{{ clock(it) }}'
BANNER = '{% from "components/patient_banner.jinja" import patient_banner %}{{ patient_banner(it) }}'


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def person(**changes):
    return {
        "family_name": "Example",
        "given_names": "Person",
        "date_of_birth": date(1938, 2, 1),
        "nhs_number": "9990000018",
        "nhs_number_status": "verified",
        "sex": "Female",
    } | changes


@pytest.mark.parametrize(
    ("state", "minutes", "stopped", "says"),
    [
        ("running", 72, None, "1 hour 12 minutes left"),
        ("near", 12, None, "12 minutes left"),
        ("breached", -5, None, "Overdue by 5 minutes"),
        ("met", 38, NOW, "Met with 38 minutes to spare"),
        ("missed", -12, NOW, "Missed by 12 minutes"),
        ("paused", 600, None, "Paused"),
        ("ended", 30, NOW, "Stopped, no longer needed"),
    ],
)
def test_a_clock_says_its_state_in_words_and_shape(draw, state, minutes, stopped, says):
    it = {"label": "First contact", "state": state, "due_at": NOW + timedelta(minutes=minutes), "stopped_at": stopped}
    html = draw(CLOCK, it=it)

    assert "First contact: <time" in html
    assert says in html
    assert f"#clock-{state}" in html
    assert ("data-clock=" in html) == (state in {"running", "near", "breached"})


def test_the_clock_of_a_list_tells_the_browser_when_it_turns_near(draw):
    near = NOW + timedelta(hours=1)
    html = draw(CLOCK, it=ClockChip("First contact", State.RUNNING, near + timedelta(hours=1), near))

    assert f'data-near="{near:%Y-%m-%dT%H:%M}' in html


def test_every_state_of_a_clock_has_its_shape():
    shapes = (settings.BASE_DIR / "static" / "icons.svg").read_text()

    assert all(f'id="clock-{state}"' in shapes for state in State)


def test_a_banner_shows_who_the_person_is(draw):
    html = draw(BANNER, it=person(title="Mrs", address="1 Example Street"))

    for words in ("EXAMPLE", "1 Feb 1938 (88 years)", "999\u00a0000\u00a00018", "Verified", "1 Example Street"):
        assert words in html


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"nhs_number": "", "nhs_number_status": "none"}, "No NHS number"),
        ({"nhs_number_status": "invalid"}, "Fails the check"),
        ({"nhs_number_status": "something new"}, "Not verified"),
        ({"deceased_on": date(2026, 1, 5)}, "Died 5 Jan 2026"),
        ({"deceased_on": date(2026, 1, 5)}, "87 years at death"),
        ({"restricted": True}, "Every view is recorded and reviewed"),
        ({"date_of_birth": None}, "Not known"),
        ({"alerts": [{"kind": "scene_safety", "text": "Dog"}]}, "Scene safety: read before visiting"),
    ],
)
def test_a_banner_says_what_matters(draw, changes, says):
    assert says in draw(BANNER, it=person(**changes))


def test_grave_alerts_stay_in_sight_in_a_strip_that_leads_to_them(draw):
    alerts = [{"kind": "safeguarding", "text": "Speak to her alone"}]
    source = BANNER.replace("(it)", '(it, more=[{"kind": "other", "heading": "Oxygen at home", "text": "No flames"}])')
    html = draw(source, it=person(restricted=True, alerts=alerts))

    for number, heading in enumerate(("Restricted record", "Safeguarding concern", "Oxygen at home"), start=1):
        assert f'id="alert-{number}" tabindex="-1" aria-label="{heading}"' in html
        assert bool(re.search(rf'href="#alert-{number}">.*?{heading}</a>', html)) == (number < 3)


def test_no_strip_without_a_grave_alert(draw):
    assert "app-strip" not in draw(BANNER, it=person(alerts=[{"kind": "other", "text": "Slow to the door"}]))


@pytest.mark.parametrize("key", ["family_name", "given_names", "title", "sex", "address", "phone", "practice"])
def test_a_banner_escapes_everything(draw, key):
    html = draw(BANNER, it=person(**{key: HOSTILE}, alerts=[{"kind": "other", "text": HOSTILE}]))

    assert "<img" not in html.lower()


def test_history_escapes_and_marks_what_was_undone(draw):
    entries = [{"at": NOW, "what": "Accepted", "by": HOSTILE, "detail": HOSTILE, "undone": True}]
    html = draw('{% from "components/timeline.jinja" import timeline %}{{ timeline(it) }}', it=entries)

    assert "<img" not in html
    assert "(undone)" in html
    assert "22 Nov 2026, 4:05pm" in html


def test_filters_keep_what_is_chosen_and_carry_the_rest(draw):
    class Filters(forms.Form):
        place = forms.ChoiceField(label="Place", required=False, choices=[("", "Any"), ("le", "Leicester")])
        mine = forms.BooleanField(label="Mine", required=False)

    source = '{% from "components/filter_bar.jinja" import filter_bar %}{{ filter_bar(form, keep={"tab": tab}) }}'
    html = draw(source, form=Filters({"place": "le", "mine": "on"}), tab=HOSTILE)

    assert '<option value="le" selected>' in html
    assert "checked" in html
    assert "<img" not in html
    assert field_macro(Filters()["mine"])["kind"] == "checkboxes"


class Board(forms.Form):
    place = forms.ChoiceField(label="Place", required=False, choices=[("", "Any"), ("le", "Leicester")])
    ward = forms.CharField(label="Ward", required=False)
    mine = forms.BooleanField(label="Mine", required=False)


@pytest.mark.parametrize(
    ("asked", "says", "is_open"),
    [
        ({}, "No filter is set.", False),
        ({"place": "le", "mine": "on"}, "Only Place: Leicester; Mine.", False),
        ({"ward": HOSTILE}, "Only Ward: &lt;", False),
        ({"place": "nowhere", "ward": "3"}, "Only Ward: 3.", True),
    ],
)
def test_folded_filters_say_what_is_set_and_open_where_one_failed(draw, asked, says, is_open):
    source = """{% from "components/filter_bar.jinja" import filter_bar %}
    {{ filter_bar(form, clear_href="/all/", fold=true) }}"""
    html = draw(source, form=Board(asked))

    assert says in html
    assert ('<details class="app-noprint" open>' in html) is is_open
    assert ("Clear filters" in html) is bool(asked)
    assert "<img" not in html


def test_every_status_has_a_colour_and_no_other_has():
    colours = engines["jinja2"].env.get_template("components/status_tag.jinja").module

    assert set(colours.referral_colours) == set(Status.values)
    assert set(colours.offer_colours) == set(OfferStatus.values)


def test_a_missing_value_shows_nothing_instead_of_failing(draw):
    assert draw("[{{ none|local }}{{ nobody.born|age }}{{ none|iso }}]", none=None) == "[]"


def test_a_sort_link_says_which_way_it_sorts(draw):
    source = """{% from "components/data_table.jinja" import data_table %}
    {% call data_table("People", [{"text": "Name", "href": "?sort=name", "sorted": "descending"}]) %}{% endcall %}"""

    assert 'aria-sort="descending"' in draw(source)


def test_empty_lists_pages_and_tabs(draw):
    source = """{% from "components/pager.jinja" import pager %}
    {% from "components/count_tabs.jinja" import count_tabs %}
    {% from "components/empty_state.jinja" import empty_state %}
    {{ pager() }}{{ pager(next="?after=1") }}{{ empty_state("Nobody waits") }}
    {{ count_tabs([{"href": "?", "text": "All", "count": 0, "current": true}]) }}"""
    html = draw(source)

    assert html.count("<nav") == 2
    assert "Previous page" not in html
    assert ">0</span>" in html
