"""People who sign in, the roles they may act in, and where."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.actors import Actor
from accounts.querysets import MembershipQuerySet, UserQuerySet
from accounts.roles import Permission
from audit.ids import new_id
from directory.models import Organisation, Team


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes people with a lower-case e-mail address: the only name they sign in with."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in. What they may do is decided by the membership they act in, never by flags here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField("email address", max_length=254, unique=True)
    name = models.CharField(max_length=150)
    is_active = models.BooleanField("account open", default=True, help_text="Untick to close the account at once.")
    is_demo = models.BooleanField("of the demonstration", default=False, editable=False)
    cis2_uid = models.CharField("CIS2 user id", max_length=12, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    acting: Actor | None = None
    """The role of this request, set by the middleware; the Django admin asks the user, so the user asks it."""

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ["name", "email"]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower_case"),
            models.UniqueConstraint(fields=["cis2_uid"], condition=~Q(cis2_uid=""), name="user_cis2_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Whether the Django admin is open in the role of this request."""
        return self.acting is not None and self.acting.can(Permission.ADMINISTER)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's own question, asked by the admin only: answered by the role of this request."""
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        """The same for a whole app."""
        return self.is_staff


class Role(models.Model):
    """A named set of permissions; loaded from accounts/data/roles.toml."""

    slug = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300)
    permissions = ArrayField(models.CharField(max_length=40))
    team_scoped = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A role that a person holds in an organisation, or in one team of it, for a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships", null=True, blank=True)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    organisation_team_ids: list[UUID]
    """The organisation's current teams; there after profiles()."""

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="membership_ends_after_start",
            ),
            ExclusionConstraint(
                name="membership_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    (
                        Func(
                            F("team"),
                            models.Value("00000000-0000-0000-0000-000000000000"),
                            function="coalesce",
                            output_field=models.UUIDField(),
                        ),
                        RangeOperators.EQUAL,
                    ),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            RangeBoundary(),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} at {self.team or self.organisation}"

    def holds_at(self, moment: datetime) -> bool:
        """Whether the role is held at this moment."""
        return self.valid_from <= moment and (self.valid_to is None or moment < self.valid_to)
