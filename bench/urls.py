"""The portal's addresses, and those of the bare views."""

from django.urls import path

from bench import floor
from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as portal

urlpatterns = [
    path("floor/nothing", floor.nothing),
    path("floor/list", floor.page),
    path("floor/create", floor.create),
    path("floor/read/<uuid:referral_id>", floor.read),
    path("floor/search/<str:number>", floor.search),
    *portal,
]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
