"""Partner systems in the Django admin: to look at. They are registered and ended by commands, which record it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from oauth2_provider.models import (
    get_access_token_model,
    get_device_grant_model,
    get_grant_model,
    get_id_token_model,
    get_refresh_token_model,
)

from api.models import Client

THEIRS = (
    Client,
    get_access_token_model(),
    get_grant_model(),
    get_id_token_model(),
    get_refresh_token_model(),
    get_device_grant_model(),
)
for model in THEIRS:
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(Client)
class ClientAdmin(admin.ModelAdmin):
    """Who may call, for whom, with which scopes."""

    list_display = ("name", "organisation", "team", "created", "ended_at")
    fields = ("name", "client_id", "organisation", "team", "scopes", "is_demo", "created", "ended_at")
    readonly_fields = fields
    search_fields = ("name", "client_id", "organisation__name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
