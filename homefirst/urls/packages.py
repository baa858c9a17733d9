"""Packages of care."""

from django.urls import URLPattern, path

from homefirst.views import package_requests as provider
from homefirst.views import packages as views

ONE = "packages/<uuid:subject_id>/"
REQUEST = "packages/requests/<uuid:subject_id>/"

urlpatterns: list[URLPattern] = [
    path("packages/", views.board, name="packages"),
    path("packages/rows/", views.rows, name="packages_rows"),
    path("packages/export.csv", views.board_csv, name="packages_csv"),
    path("packages/unfilled.csv", views.unfilled_csv, name="packages_unfilled_csv"),
    path("packages/lots/", views.lots, name="lots"),
    path("packages/lots.csv", views.lots_csv, name="lots_csv"),
    path("packages/ask/", views.ask, name="package_ask"),
    path(ONE, views.page, name="package"),
    path(f"{ONE}ask-providers/", views.ask_providers, name="package_ask_providers"),
    path(f"{ONE}choose/<uuid:answer_id>/", views.choose, name="package_choose"),
    path(f"{ONE}look-again/", views.look_again, name="package_look_again"),
    path(f"{ONE}start/", views.start, name="package_start"),
    path(f"{ONE}review/", views.review, name="package_review"),
    path(f"{ONE}end/", views.end, name="package_end"),
    path(f"{ONE}cancel/", views.cancel, name="package_cancel"),
    path("packages/requests/", provider.board, name="package_requests"),
    path(REQUEST, provider.page, name="package_request"),
    path(f"{REQUEST}answer/", provider.answer, name="package_answer"),
    path(f"{REQUEST}start/", provider.start, name="package_request_start"),
]
