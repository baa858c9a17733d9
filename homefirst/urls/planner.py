"""The planner."""

from django.urls import URLPattern, path

from homefirst.views import planner as views

ONE = "planner/<uuid:plan_id>/"

urlpatterns: list[URLPattern] = [
    path("planner/", views.board, name="planner"),
    path(ONE, views.page, name="plan"),
    path(f"{ONE}rows/", views.rows, name="plan_rows"),
    path(f"{ONE}results.csv", views.results_csv, name="plan_csv"),
    path(f"{ONE}again/", views.again, name="plan_again"),
]
