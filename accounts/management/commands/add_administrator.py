"""Adds the first administrator, who then adds everybody else in the admin."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import actions
from accounts.actors import system_actor
from accounts.models import User
from accounts.passwords import password_path
from audit.errors import DomainError
from directory.models import Organisation


class Command(BaseCommand):
    help = "Add an administrator, and print the link with which they set their password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("organisation", help="ODS or GSS code of a current organisation, for example RT5")

    def handle(self, *args: object, email: str, name: str, organisation: str, **options: object) -> None:
        where = Organisation.objects.coded(organisation).current().first()
        if where is None:
            raise CommandError(f"No current organisation has the code {organisation}. Load the reference data first.")
        try:
            user = add_administrator(email, name, where)
        except DomainError as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"{name} sets a password here, once, within 3 days: {settings.BASE_URL}{password_path(user)}")


@transaction.atomic
def add_administrator(email: str, name: str, where: Organisation) -> User:
    """The person and the role, both or neither."""
    by = system_actor("set_up")
    user = actions.add_person(by=by, email=email, name=name)
    actions.grant_membership(by=by, user=user, role="administrator", organisation=where)
    return user
