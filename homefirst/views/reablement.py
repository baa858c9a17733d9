"""Reablement: the team's board, one episode, and what the team does with it; and who is at home on day 91."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.roles import Permission
from homefirst import reading_reablement as reading
from homefirst.actions import follow_ups as asking
from homefirst.actions import reablement as actions
from homefirst.codes import FollowUpOutcome, ReablementOutcome
from homefirst.forms import reablement as forms
from homefirst.forms.taking import NothingForm
from homefirst.policies import reablement as policies
from homefirst.presenters.reablement import EpisodeFile, EpisodeLine, FollowUpFile, FollowUpLine
from homefirst.states import ReablementStatus
from homefirst.views.listing import MOST_EXPORTED, Listing
from homefirst.views.taking import Taking, view_of
from pages.downloads import csv_file
from referrals.views.lists import log_shown

OF_EPISODE: dict[str, Any] = {"argument": "episode_id", "check": policies.check_can_work_on}
HOURS = Taking(
    "reablement_hours",
    action=actions.set_hours,
    form=forms.HoursForm,
    title="Hours before and now",
    button="Save hours",
    done="The hours are saved.",
    **OF_EPISODE,
)
GOAL = Taking(
    "reablement_goal",
    action=actions.add_goal,
    form=forms.GoalForm,
    title="Add a goal",
    button="Add goal",
    done="The goal is added.",
    **OF_EPISODE,
)
MET = Taking(
    "reablement_goal_met",
    action=actions.meet_goal,
    form=NothingForm,
    title="Goal met",
    button="Goal met",
    done="The goal is met.",
    **OF_EPISODE,
)
GIVEN_UP = Taking(
    "reablement_goal_given_up",
    action=actions.give_up_goal,
    form=NothingForm,
    title="Give up a goal",
    button="Give up this goal",
    done="The goal is given up.",
    help="It no longer counts among the goals to meet.",
    **OF_EPISODE,
)
WEEK = Taking(
    "reablement_review",
    action=actions.review,
    form=forms.WeekForm,
    title="Weekly review",
    button="Save review",
    done="The review is saved. The next is due in 7 days.",
    **OF_EPISODE,
)
END = Taking(
    "reablement_end",
    action=actions.end,
    form=forms.EndForm,
    title="End reablement",
    button="End reablement",
    done="Reablement has ended, and the referral with it. The referrer has been told.",
    help="The referral ends too, and its referrer is told the outcome.",
    grave=True,
    **OF_EPISODE,
)
ATTEMPT = Taking(
    "follow_up_attempt",
    "follow_up_id",
    asking.record_attempt,
    forms.AttemptForm,
    "Is the person at home?",
    "Save",
    "Saved.",
    help="Find out where the person is on day 91 after leaving hospital. After two attempts without an answer it is "
    "not known, and never counted as at home.",
    check=lambda by, follow_up: policies.check_can_follow_up(by, follow_up, timezone.localdate(), "died"),
)
CORRECT = Taking(
    "follow_up_correct",
    "follow_up_id",
    asking.correct_follow_up,
    forms.CorrectForm,
    "Correct the answer",
    "Correct the answer",
    "The answer is corrected.",
    check=policies.check_can_correct,
)


hours, goal, goal_met, goal_given_up, review, end = (
    view_of(way, EpisodeFile.open, Permission.RESPOND) for way in (HOURS, GOAL, MET, GIVEN_UP, WEEK, END)
)
attempt, correct = (view_of(way, FollowUpFile.open, Permission.RESPOND) for way in (ATTEMPT, CORRECT))


def _episodes(request: HttpRequest) -> Listing:
    actor, lists = request.actor, reading.episode_lists(timezone.localdate())
    return Listing(request, lambda: reading.episodes(actor), lists, lambda rows: reading.episode_values(rows, actor))


def _board(request: HttpRequest) -> dict[str, Any]:
    today, path = timezone.localdate(), reverse("reablement")
    context = _episodes(request).context(path)
    log_shown(request, context["rows"], "reablement")
    return context | {
        "lines": [EpisodeLine(row, today) for row in context["rows"]],
        "rows_href": reverse("reablement_rows") + context["query"],
        "page_href": path + context["query"],
        "csv_href": reverse("reablement_csv") + context["export_query"],
    }


@requires(Permission.RESPOND)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Who is in reablement with my teams: hours, weeks, goals, reviews due."""
    return render(request, "homefirst/reablement.jinja", _board(request))


@requires(Permission.RESPOND)
@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The part of the board that refreshes itself."""
    return render(request, "homefirst/_reablement.jinja", _board(request))


@requires(Permission.RESPOND)
@require_safe
def board_csv(request: HttpRequest) -> HttpResponse:
    """The same list as a file, without names or numbers."""
    header = (
        "Episode", "Place", "Started", "Planned end", "Hours before", "Hours now", "Goals", "Goals met", "Review due",
        "Status", "Ended", "Outcome",
    )  # fmt: skip
    return csv_file("reablement", header, map(_cells, _episodes(request).exported()), most=MOST_EXPORTED)


def _cells(row: dict[str, Any]) -> list[Any]:
    return [
        row["id"], row["place_name"], timezone.localdate(row["started_at"]), row["planned_end"], row["hours_before"],
        row["hours_now"], row["goals_all"], row["goals_met"], row["review_due"], ReablementStatus(row["status"]).label,
        row["ended_at"] and timezone.localdate(row["ended_at"]),
        ReablementOutcome(row["outcome"]).label if row["outcome"] else "",
    ]  # fmt: skip


@requires(Permission.RESPOND, Permission.DECIDE_DISCHARGE)
@require_safe
def episode(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """One episode: hours, goals, reviews and what happened."""
    file = EpisodeFile.open(subject_id, request.actor)
    file.log()
    may = policies.can_work_on(request.actor, file.episode)
    context = {
        "file": file,
        "episode": file.episode,
        "may": may,
        "goal_way": GOAL,
        "goal_form": forms.GoalForm(held=file, auto_id="goal_%s") if may else None,
        "week_way": WEEK,
        "week_form": forms.WeekForm(held=file, auto_id="week_%s") if may else None,
    }
    return render(request, "homefirst/reablement_episode.jinja", context)


def _follow_ups(request: HttpRequest) -> Listing:
    actor, lists = request.actor, reading.follow_up_lists(timezone.localdate())
    return Listing(
        request, lambda: reading.follow_ups(actor), lists, lambda rows: reading.follow_up_values(rows, actor)
    )


@requires(Permission.RESPOND)
@require_safe
def follow_ups(request: HttpRequest) -> HttpResponse:
    """Who must be asked after on day 91, and what was found."""
    today = timezone.localdate()
    context = _follow_ups(request).context(reverse("follow_ups"))
    log_shown(request, context["rows"], "follow-ups")
    more = {
        "lines": [FollowUpLine(row, today) for row in context["rows"]],
        "may_correct": request.actor.can(Permission.SUPERVISE),
        "csv_href": reverse("follow_ups_csv") + context["export_query"],
    }
    return render(request, "homefirst/follow_ups.jinja", context | more)


@requires(Permission.RESPOND)
@require_safe
def follow_ups_csv(request: HttpRequest) -> HttpResponse:
    """The same list as a file, without names or numbers; not known stands apart from at home."""
    header = ("Follow-up", "Left hospital", "Day 91", "Attempts", "Answer", "Recorded")
    return csv_file("follow-ups", header, map(_follow_up_cells, _follow_ups(request).exported()), most=MOST_EXPORTED)


def _follow_up_cells(row: dict[str, Any]) -> list[Any]:
    answer = FollowUpOutcome(row["outcome"]).label if row["outcome"] else ""
    return [row["id"], row["discharged_on"], row["due_on"], row["tried"], answer, row["recorded_at"]]
