"""`manage.py end_client`: a partner's system may not call any more, from its next request on."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actors import system_actor
from api.actions import end_client
from audit.errors import DomainError


class Command(BaseCommand):
    help = "End a partner's system. Its tokens are refused at once; what it did is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client_id")

    def handle(self, *, client_id: str, **_: Any) -> None:
        try:
            client = end_client(by=system_actor("operator"), client_id=client_id)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{client.name} has ended.")
