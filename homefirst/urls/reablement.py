"""Reablement and follow-ups."""

from django.urls import URLPattern, path

from homefirst.views import reablement as views

EPISODE = "reablement/<uuid:subject_id>/"
FOLLOW_UP = "follow-ups/<uuid:subject_id>/"

urlpatterns: list[URLPattern] = [
    path("reablement/", views.board, name="reablement"),
    path("reablement/rows/", views.rows, name="reablement_rows"),
    path("reablement/export.csv", views.board_csv, name="reablement_csv"),
    path(EPISODE, views.episode, name="reablement_episode"),
    path(f"{EPISODE}hours/", views.hours, name="reablement_hours"),
    path(f"{EPISODE}goals/", views.goal, name="reablement_goal"),
    path(f"{EPISODE}goals/<uuid:goal_id>/met/", views.goal_met, name="reablement_goal_met"),
    path(f"{EPISODE}goals/<uuid:goal_id>/given-up/", views.goal_given_up, name="reablement_goal_given_up"),
    path(f"{EPISODE}review/", views.review, name="reablement_review"),
    path(f"{EPISODE}end/", views.end, name="reablement_end"),
    path("follow-ups/", views.follow_ups, name="follow_ups"),
    path("follow-ups/export.csv", views.follow_ups_csv, name="follow_ups_csv"),
    path(f"{FOLLOW_UP}attempt/", views.attempt, name="follow_up_attempt"),
    path(f"{FOLLOW_UP}correct/", views.correct, name="follow_up_correct"),
]
