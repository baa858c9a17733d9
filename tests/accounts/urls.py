"""The portal's addresses and one door of each kind, with nothing behind it but who came in."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from accounts.access import identified, partner, public, requires, signed_in, welcome
from accounts.roles import Permission
from config import urls as portal


def inside(request: HttpRequest) -> HttpResponse:
    who = request.user.name if request.user.is_authenticated else "anybody"
    return HttpResponse(f"{who} as {request.actor.role if request.actor else 'nothing'}")


def door(mark):
    return mark(lambda request: inside(request))


@requires(Permission.GOVERN)
class Figures:
    """Stands for a class-based view whose mark is on the class."""


def figures(request: HttpRequest) -> HttpResponse:
    return inside(request)


figures.view_class = Figures

urlpatterns = [
    *portal.urlpatterns,
    path("doors/public/", door(public)),
    path("doors/welcome/", door(welcome)),
    path("doors/identified/", door(identified)),
    path("doors/signed-in/", door(signed_in)),
    path("doors/triage/", door(requires(Permission.TRIAGE))),
    path("doors/either/", door(requires(Permission.TRIAGE, Permission.SUPERVISE))),
    path("doors/partner/", door(partner)),
    path("doors/figures/", figures),
    path("doors/unmarked/", lambda request: inside(request)),
]
handler400, handler403, handler404, handler500 = (
    portal.handler400,
    portal.handler403,
    portal.handler404,
    portal.handler500,
)
