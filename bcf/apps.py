"""The Better Care Fund room."""

from django.apps import AppConfig


class BcfConfig(AppConfig):
    name = "bcf"
    verbose_name = "Better Care Fund"

    def ready(self) -> None:
        from accounts.roles import Permission
        from bcf.at_home import figures
        from referrals import at_home

        at_home.register(Permission.VIEW_FIGURES, figures)
