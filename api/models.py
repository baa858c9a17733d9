"""Partner systems that may call, and the answers they were given."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from oauth2_provider.models import AbstractApplication

from api.querysets import ClientQuerySet, IdempotencyQuerySet
from audit.ids import new_id
from directory.models import Organisation, Team


class Client(AbstractApplication):
    """A partner's system: an OAuth 2.0 client that acts for one organisation, with the scopes it was given."""

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="clients")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    is_demo = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ClientQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def is_usable(self, request: Any) -> bool:
        """Whether a token may be issued now (asked by the OAuth library)."""
        return Client.objects.in_use().filter(pk=self.pk).exists()


class IdempotencyRecord(models.Model):
    """What a client was answered under a key: the same request again gets the same answer, and changes nothing."""

    id = models.BigAutoField(primary_key=True)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    etag = models.CharField(max_length=40, blank=True)
    location = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = IdempotencyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "key"], name="idempotency_once"),
            models.CheckConstraint(condition=~Q(key=""), name="idempotency_key_given"),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_old")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.key}"
