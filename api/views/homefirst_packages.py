"""Packages of care: councils read theirs; providers answer what they are asked and say when care has started."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Actor
from api import homefirst_packages as care
from api import paging
from api.conditions import etag, expected_version
from api.documentation import homefirst_packages as documented
from api.fields import Input, read, read_address
from api.homefirst_discharge import key_of
from api.idempotency import once
from api.problems import not_found
from api.representations import shown_by_name
from api.retries import of_request
from api.scopes import Scope
from api.turned_away import remembered, turned_away
from api.views.base import Endpoint, identifier
from audit.access import log_list, log_read
from audit.models import Access
from homefirst.actions.packages import answer_package
from homefirst.actions.packages_running import start_package
from homefirst.models import CarePackage

PACKAGE, REQUEST = "package of care", "package request"


class ForCouncils(Endpoint):
    """Read by whoever arranges packages."""

    scopes = {"GET": (Scope.PACKAGES_READ,)}

    @property
    def reader(self) -> Actor:
        """A broker, even where the same system answers for a provider of the council."""
        return self.caller.only(Scope.PACKAGES_READ)


class ForProviders(Endpoint):
    """Read by whoever is asked."""

    scopes = {"GET": (Scope.REQUESTS_READ,)}

    @property
    def reader(self) -> Actor:
        """A provider and nothing else, so that nothing a broker may see comes through here."""
        return self.caller.only(Scope.REQUESTS_READ)


class Packages(ForCouncils):
    """The packages of care that your council arranges."""

    @documented.packages
    def get(self, request: Request) -> Response:
        """List your council’s packages, newest first."""
        page = paging.page_of(request, read_address(care.PackageFilters, request.query_params))
        rows = care.packages_page(self.reader, page.filters, page.after, page.limit)
        shown = shown_by_name(rows[: page.limit])
        log_list(by=self.actor, patient_ids=shown, what="packages of care", via=Access.Via.API)
        return paging.answer(request, page, rows, care.package, key_of)


class OnePackage(ForCouncils):
    """One package."""

    @documented.package
    def get(self, request: Request, package: str) -> Response:
        """Read one package, with what every provider said."""
        package_id = identifier(package)
        row = care.one_package(self.reader, package_id)
        if row is None:
            raise turned_away(self.actor, CarePackage, package_id, PACKAGE, listed=care.packages_of(self.reader))
        log_read(by=self.actor, patient_id=row["patient_id"], what=PACKAGE, subject_id=package_id, via=Access.Via.API)
        return Response(care.package_record(row), headers={"ETag": etag(row["version"])})


class Requests(ForProviders):
    """What your organisation is asked as a provider of care at home."""

    @documented.requests
    def get(self, request: Request) -> Response:
        """List what you are asked, newest first."""
        by = self.reader
        page = paging.page_of(request, read_address(care.RequestFilters, request.query_params))
        rows = care.requests_page(by, page.filters, page.after, page.limit)
        known = shown_by_name(row for row in rows[: page.limit] if care.is_known(row, by))
        log_list(by=by, patient_ids=known, what="package requests", via=Access.Via.API)
        return paging.answer(request, page, rows, lambda row: care.request(row, by), key_of)


class OneRequest(ForProviders):
    """One request."""

    @documented.request
    def get(self, request: Request, package: str) -> Response:
        """Read one request; who it is about is there once you are chosen."""
        package_id, by = identifier(package), self.reader
        row = care.one_request(by, package_id)
        if row is None:
            raise turned_away(by, CarePackage, package_id, REQUEST)
        if care.is_known(row, by):
            log_read(by=by, patient_id=row["patient_id"], what=REQUEST, subject_id=package_id, via=Access.Via.API)
        return Response(care.request(row, by), headers={"ETag": etag(row["seen_version"])})


class RequestStep(Endpoint):
    """A step on a request."""

    scopes = {"POST": (Scope.REQUESTS_ANSWER,)}
    shape: type[Input]
    action: Callable[..., Any]

    def take(self, request: Request, package: str) -> Response:
        """Once for each key, on the version that was read."""
        version, package_id = expected_version(request), identifier(package)
        given = read(self.shape, request.data)
        with remembered(self.actor, CarePackage, package_id, REQUEST):
            again = of_request(self.caller.only(Scope.REQUESTS_ANSWER), package_id)
            return once(request, lambda: self._take(package_id, version, given), required=True, again=again)

    def _take(self, package_id: UUID, version: int, given: Mapping[str, Any]) -> Response:
        by = self.caller.only(Scope.REQUESTS_ANSWER)
        type(self).action(package_id=package_id, by=by, read_version=version, **given)
        row = care.one_request(by, package_id)
        if row is None:
            raise not_found()
        return Response(care.request(row, by, demographics=False), headers={"ETag": etag(row["seen_version"])})


class AnswerRequest(RequestStep):
    """Whether you can take it."""

    shape, action = care.RequestAnswerIn, staticmethod(answer_package)

    @documented.answered
    def post(self, request: Request, package: str) -> Response:
        """Answer a request."""
        return self.take(request, package)


class StartRequest(RequestStep):
    """Care has started."""

    shape, action = care.StartIn, staticmethod(start_package)

    @documented.started
    def post(self, request: Request, package: str) -> Response:
        """Care has started."""
        return self.take(request, package)
