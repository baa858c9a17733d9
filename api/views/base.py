"""What all endpoints of the partner door share: who may come in, what they speak, how they say no."""

from typing import Any
from uuid import UUID

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import partner
from accounts.actors import Actor
from api import limits
from api.callers import REALM, BearerAuthentication, Caller
from api.problems import Code, Problem, not_found
from api.refusals import handler
from api.scopes import Scope
from api.wire import JSONRenderer, StrictJSONParser

NO_STORE = "no-store"
PLAIN_WISHES = {"*/*", "application/json"}
NOTHING_RUNS = "default-src 'none'; frame-ancestors 'none'"
"""Content-Security-Policy of what only programs read."""


class HoldsScope(BasePermission):
    """The token carries one of the scopes that this method asks for."""

    def has_permission(self, request: Request, view: Any) -> bool:
        wanted = view.scopes_for(request.method)
        if request.user.scopes.intersection(wanted):
            return True
        listed = " ".join(wanted)
        challenge = f'{REALM}, error="insufficient_scope", scope="{listed}"'
        raise Problem(
            Code.INSUFFICIENT_SCOPE,
            f"This needs the scope {' or '.join(wanted)}.",
            headers={"WWW-Authenticate": challenge},
        )


@partner
class Endpoint(APIView):
    """One address of version 1."""

    http_method_names = ["get", "post", "head"]
    authentication_classes = [BearerAuthentication]
    permission_classes = [HoldsScope]
    parser_classes = [StrictJSONParser]
    renderer_classes = [JSONRenderer]
    throttle_classes: list[Any] = []
    metadata_class = None
    scopes: dict[str, tuple[Scope, ...]] = {}
    quota: limits.Quota | None = None

    def scopes_for(self, method: str | None) -> tuple[Scope, ...]:
        """Any of these opens the method."""
        return self.scopes.get("GET" if method == "HEAD" else method or "", ())

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
            raise Problem(Code.LENGTH_REQUIRED)

    def perform_authentication(self, request: Request) -> None:
        """Who calls; each request counts, whatever becomes of it."""
        super().perform_authentication(request)
        if request.user is not None:
            self.quota = limits.use(request.user.actor.id)
        if self.quota is not None:
            self.quota.check()

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[Any, str]:
        """There is one kind of answer, so only an unusual wish is looked into."""
        if request.META.get("HTTP_ACCEPT", "*/*") in PLAIN_WISHES:
            return JSONRenderer(), JSONRenderer.media_type
        return super().perform_content_negotiation(request, force)

    def get_exception_handler(self) -> Any:
        return handler

    def check_permissions(self, request: Request) -> None:
        """A method that is not answered here needs no scope to be told so."""
        if self.scopes_for(request.method):
            super().check_permissions(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = NO_STORE
        answer["Content-Security-Policy"] = NOTHING_RUNS
        for name, value in (self.quota.headers if self.quota else {}).items():
            answer[name] = value
        return answer

    @property
    def actor(self) -> Actor:
        return self.caller.actor

    @property
    def caller(self) -> Caller:
        return self.request.user


class Nowhere(Endpoint):
    """Every address under /api/ that is none: the same answer as for an id that cannot be seen."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    http_method_names = ["get", "post", "put", "patch", "delete", "head", "options", "trace"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise not_found()


def identifier(text: str) -> UUID:
    """The id in an address; anything that is not one is not found."""
    try:
        found = UUID(text)
    except ValueError:
        raise not_found() from None
    if str(found) != text.lower():
        raise not_found()
    return found


def found(rows: Any) -> Response:
    """A list that needs no pages."""
    return Response({"items": rows, "next": None})
