"""Ways home for the systems of hospitals, councils and those who do tasks."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api import homefirst_discharge as home
from api import paging
from api.conditions import etag, expected_version
from api.documentation import homefirst_discharge as documented
from api.fields import Input, read, read_address
from api.idempotency import once
from api.problems import not_found
from api.scopes import Scope
from api.views.base import Endpoint, identifier
from audit.access import log_list, log_read
from audit.models import Access
from homefirst.actions.discharge import mark_ready
from homefirst.actions.discharge_tasks import finish_task
from homefirst.actions.leaving import leave
from homefirst.case_file import log_refusal
from homefirst.models import DischargeTask

READ, WRITE = (Scope.DISCHARGE_READ,), (Scope.DISCHARGE_WRITE,)


class DischargeCases(Endpoint):
    """The ways home in which your organisation takes part."""

    scopes = {"GET": READ}

    @documented.cases
    def get(self, request: Request) -> Response:
        """List ways home, newest first."""
        page = paging.page_of(request, read_address(home.CaseFilters, request.query_params))
        rows = home.cases_page(self.actor, page.filters, page.after, page.limit)
        shown = {row["patient_id"] for row in rows[: page.limit]}
        log_list(by=self.actor, patient_ids=shown, what="discharge cases", via=Access.Via.API)
        return paging.answer(request, page, rows, home.case_summary, home.key_of)


class OneDischargeCase(Endpoint):
    """One way home."""

    scopes = {"GET": READ}

    @documented.case
    def get(self, request: Request, case: str) -> Response:
        """Read one way home."""
        case_id = identifier(case)
        found = home.record_of(self.actor, case_id, timezone.now(), demographics=True)
        if found is None:
            log_refusal(case_id, self.actor, via=Access.Via.API)
            raise not_found()
        patient_id = found["patient"]["id"]
        log_read(by=self.actor, patient_id=patient_id, what="discharge case", subject_id=case_id, via=Access.Via.API)
        return Response(found, headers={"ETag": etag(found["version"])})


class DischargeTasks(Endpoint):
    """What people wait for from your organisation."""

    scopes = {"GET": READ}

    @documented.tasks
    def get(self, request: Request) -> Response:
        """List your organisation’s tasks, newest first."""
        page = paging.page_of(request, read_address(home.TaskFilters, request.query_params))
        rows = home.tasks_page(self.actor, page.filters, page.after, page.limit)
        shown = {row["patient_id"] for row in rows[: page.limit]}
        log_list(by=self.actor, patient_ids=shown, what="discharge tasks", via=Access.Via.API)
        return paging.answer(request, page, rows, home.task, home.key_of)


class CaseStep(Endpoint):
    """A step on a case."""

    scopes = {"POST": WRITE}
    shape: type[Input]
    action: Callable[..., Any]

    def take(self, request: Request, case: str) -> Response:
        """Once for each key, on the version that was read."""
        version, case_id = expected_version(request), identifier(case)
        given = read(self.shape, request.data)
        return once(request, lambda: self._take(case_id, version, given), required=True)

    def _take(self, case_id: UUID, version: int, given: Mapping[str, Any]) -> Response:
        type(self).action(case_id=case_id, by=self.caller.acting, expected_version=version, **given)
        found = home.record_of(self.caller.acting, case_id, timezone.now(), demographics=False)
        if found is None:
            raise not_found()
        return Response(found, headers={"ETag": etag(found["version"])})


class MarkReady(CaseStep):
    """Ready to leave."""

    shape, action = home.ReadyIn, staticmethod(mark_ready)

    @documented.ready
    def post(self, request: Request, case: str) -> Response:
        """Ready to leave."""
        return self.take(request, case)


class MarkLeft(CaseStep):
    """They have left."""

    shape, action = home.LeftIn, staticmethod(leave)

    @documented.left
    def post(self, request: Request, case: str) -> Response:
        """They have left."""
        return self.take(request, case)


class MarkTaskDone(Endpoint):
    """A task is done."""

    scopes = {"POST": WRITE}

    @documented.done
    def post(self, request: Request, task: str) -> Response:
        """A task is done."""
        version, task_id = expected_version(request), identifier(task)
        given = read(home.DoneIn, request.data)
        return once(request, lambda: self._finish(task_id, version, given), required=True)

    def _finish(self, task_id: UUID, version: int, given: Mapping[str, Any]) -> Response:
        by = self.caller.acting
        finish_task(task_id=task_id, by=by, expected_version=version, **given)
        row = home.task_rows(DischargeTask.objects.visible_to(by).filter(pk=task_id)).first()
        if row is None:
            raise not_found()
        return Response(home.task(row, demographics=False), headers={"ETag": etag(row["version"])})
