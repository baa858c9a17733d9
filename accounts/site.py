"""The Django admin of this portal: open to the administrator role, showing only what our rooms registered.

Packages register models of their own (sessions' tokens, second factors, groups); their secrets have no place on a page.
"""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.roles import Permission

STRANGERS = ("django.", "allauth.", "oauth2_provider.")


class PortalAdminSite(AdminSite):
    site_header = "Portal administration"
    site_title = "Portal administration"
    index_title = "Reference data, people and roles"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register what our rooms register; leave packages' own models out."""
        if admin_class is None or not admin_class.__module__.startswith(STRANGERS):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """The role of this request decides, not the person."""
        actor = getattr(request, "actor", None)
        return actor is not None and actor.can(Permission.ADMINISTER)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect_to_login(request.GET.get("next", request.get_full_path()))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("account_change_password")
