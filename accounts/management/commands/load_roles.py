"""Loads the roles and their permissions; safe to run at every start."""

from django.core.management.base import BaseCommand

from accounts.loading import load_roles


class Command(BaseCommand):
    help = "Load the roles of accounts/data/roles.toml, and take away permissions no longer listed."

    def handle(self, *args: object, **options: object) -> None:
        outcome = load_roles()
        words = ", ".join(f"{count} {what}" for what, count in outcome.items() if count)
        self.stdout.write(f"Roles: {words}.")
