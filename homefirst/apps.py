"""The Home First room: crisis response, getting home from hospital, reablement, beds and places, packages of care."""

from django.apps import AppConfig


class HomeFirstConfig(AppConfig):
    name = "homefirst"
    verbose_name = "Home First"
