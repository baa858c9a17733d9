"""People, their roles and what roles may do, for administrators. Every change goes through an action."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from accounts import actions
from accounts.forms import MembershipForm, PersonForm
from accounts.models import Membership, Role, User
from accounts.passwords import password_path
from audit.errors import DomainError


class NeverDeleted(admin.ModelAdmin):
    """What has been on record stays on record."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class HeldRoles(admin.TabularInline):
    """The roles of a person, past and present, to read."""

    model = Membership
    extra = 0
    fields = readonly_fields = ["role", "organisation", "team", "valid_from", "valid_to"]
    show_change_link = True
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(NeverDeleted):
    form = PersonForm
    list_display = ["name", "email", "is_active", "is_demo", "last_login"]
    list_filter = ["is_active", "is_demo", "memberships__role"]
    search_fields = ["name", "email", "cis2_uid"]
    readonly_fields = ["is_demo", "last_login", "created_at"]
    inlines = [HeldRoles]
    actions = ["make_password_link"]

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        """Add or change the person by the action of that name."""
        if change:
            values = {field: form.cleaned_data[field] for field in form.changed_data}
            actions.update_person(by=request.actor, user_id=obj.pk, **values)
            return
        data = form.cleaned_data
        added = actions.add_person(by=request.actor, email=data["email"], name=data["name"], cis2_uid=data["cis2_uid"])
        obj.pk = added.pk

    @admin.action(description="Make a link to set a password")
    def make_password_link(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Show, once, a link that the administrator hands over by a channel they trust."""
        for user in queryset[:1]:
            try:
                actions.make_password_link(by=request.actor, user_id=user.pk)
            except DomainError as refused:
                messages.error(request, refused.message)
            else:
                link = request.build_absolute_uri(password_path(user))
                messages.success(request, f"Give {user.name} this link. It works once, for 3 days: {link}")


@admin.register(Membership)
class MembershipAdmin(NeverDeleted):
    form = MembershipForm
    list_display = ["user", "role", "organisation", "team", "valid_from", "valid_to"]
    list_filter = ["role"]
    list_select_related = ["user", "role", "organisation", "team"]
    search_fields = ["user__name", "user__email", "organisation__name", "team__name"]
    raw_id_fields = ["user", "organisation", "team"]
    actions = ["end_now"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A role is granted and ended, never turned into another; ending is an action of the list."""
        return obj is None and super().has_change_permission(request)

    def save_model(self, request: HttpRequest, obj: Membership, form: ModelForm, change: bool) -> None:
        """Grant the role by the action of that name."""
        granted = actions.grant_membership(by=request.actor, **form.cleaned_data)
        obj.pk = granted.pk

    @admin.action(description="End these roles now")
    def end_now(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """End each; say which could not be ended and why."""
        ended = 0
        for membership in queryset.current(timezone.now()):
            try:
                actions.end_membership(by=request.actor, membership_id=membership.pk)
                ended += 1
            except DomainError as refused:
                messages.error(request, f"{membership}: {refused.message}")
        messages.info(request, f"{ended} ended.")


@admin.register(Role)
class RoleAdmin(NeverDeleted):
    """Roles are data in the project, so that what they may do is reviewed like code; here they can be read."""

    list_display = ["name", "description", "permissions"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
