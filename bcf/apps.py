"""The Better Care Fund room."""

from django.apps import AppConfig


class BcfConfig(AppConfig):
    name = "bcf"
    verbose_name = "Better Care Fund"
