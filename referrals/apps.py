"""The referrals room."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self) -> None:
        from patients.panels import register
        from referrals.person_panel import referrals_of_person

        register(referrals_of_person)
