"""The Home First room: crisis response, getting home from hospital, reablement, beds and places, packages of care."""

from django.apps import AppConfig


class HomeFirstConfig(AppConfig):
    name = "homefirst"
    verbose_name = "Home First"

    def ready(self) -> None:
        from homefirst.at_home import BOARDS
        from homefirst.discharge_panel import cases_of_person
        from homefirst.person_panel import packages_of_person
        from homefirst.policies.crisis import check_may_finish
        from patients import panels
        from referrals import at_home, finishing

        panels.register(packages_of_person)
        panels.register(cases_of_person)
        finishing.register(check_may_finish)
        for permission, board in BOARDS:
            at_home.register(permission, board)
