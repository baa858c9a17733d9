"""`manage.py register_client`: give a partner's system an id and a secret."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actors import system_actor
from api.actions import register_client
from api.scopes import Scope
from audit.errors import DomainError
from directory.models import Organisation, Team


class Command(BaseCommand):
    help = "Register a partner's system. The secret is shown once: hand it over safely, it cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="What history calls the system.")
        parser.add_argument("organisation", help="ODS code of the organisation it acts for.")
        parser.add_argument("--team", default="", help="Slug of a team, for a system of that team only.")
        parser.add_argument("--scope", action="append", choices=list(Scope), required=True, help="May be repeated.")

    def handle(self, *, name: str, organisation: str, team: str, scope: list[str], **_: Any) -> None:
        found = Organisation.objects.in_force().coded(organisation).first()
        if found is None:
            raise CommandError("No current organisation has this code.")
        its_team = Team.objects.in_force().filter(slug=team).first() if team else None
        if team and its_team is None:
            raise CommandError("No current team has this slug.")
        try:
            client, secret = register_client(
                by=system_actor("operator"), name=name, organisation=found, scopes=scope, team=its_team
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"client_id: {client.client_id}\nclient_secret: {secret}")
