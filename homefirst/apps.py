"""The Home First room: crisis response, getting home from hospital, reablement, beds and places, packages of care."""

from django.apps import AppConfig


class HomeFirstConfig(AppConfig):
    name = "homefirst"
    verbose_name = "Home First"

    def ready(self) -> None:
        from homefirst.discharge_panel import cases_of_person
        from homefirst.person_panel import packages_of_person
        from patients.panels import register

        register(packages_of_person)
        register(cases_of_person)
