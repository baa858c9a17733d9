"""Every address: each room keeps its own list."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from accounts.access import requires
from accounts.roles import Permission
from config import health, views
from directory.urls import addresses as directory_addresses

urlpatterns = [
    path("", include("api.urls")),  # first: partners call most often, and nothing else begins as its addresses do
    path("", include("referrals.urls")),
    path("accessibility", views.accessibility, name="accessibility"),
    path("about-the-data", views.about_data, name="about_data"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("accounts.urls")),
    path("", include("homefirst.urls")),
    path("figures/", include("bcf.urls")),
    path("directory/", include(directory_addresses(requires(Permission.VIEW_DIRECTORY)))),
    path("", include("patients.urls")),
    path("admin/", admin.site.urls),
]
if settings.DEMO:
    urlpatterns.append(path("gallery/", include("config.gallery")))
handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
