"""What stops the generator: each says what to do."""

from django.core.management.base import CommandError


class NotReady(CommandError):
    """Something has to be loaded or emptied first."""
