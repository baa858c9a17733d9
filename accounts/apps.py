"""The accounts room."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import checks, signals  # noqa: F401  registers checks and receivers


class PortalAdminConfig(admin.AdminConfig):
    """The Django admin, open to the administrator role only."""

    default = False
    default_site = "accounts.site.PortalAdminSite"
