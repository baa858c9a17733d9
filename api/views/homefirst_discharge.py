"""Ways home for the systems of hospitals, councils and those who do tasks."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Actor
from api import homefirst_discharge as home
from api import paging
from api.conditions import etag, expected_version
from api.documentation import homefirst_discharge as documented
from api.fields import Input, read, read_address
from api.idempotency import once
from api.problems import Code, FieldCode, FieldError, Problem, not_found
from api.representations import shown_by_name
from api.retries import Unseen, of_begun, of_case, of_task
from api.scopes import Scope
from api.turned_away import log_refused, remembered, turned_away
from api.views.base import Endpoint, identifier
from audit.access import log_list, log_read
from audit.errors import Invalid, NotFound
from audit.models import Access
from homefirst.actions.discharge import identify, mark_ready
from homefirst.actions.discharge_tasks import add_task, cancel_task, finish_task, move_task
from homefirst.actions.leaving import leave
from homefirst.models import DischargeCase, DischargeTask
from homefirst.placing import somebody
from patients.models import Patient
from referrals.models import Referral

READ, WRITE = (Scope.DISCHARGE_READ,), (Scope.DISCHARGE_WRITE,)
CASE, TASK = "discharge case", "discharge task"
CALLED = {"admitted_on": "admitted_at"}
"""What partners call a field that the rules name otherwise."""
NAMING: dict[str, tuple[type[Model], str]] = {
    "patient": (Patient, "pk"),
    "referral": (Referral, "patient"),
    "nhs_number": (Patient, "pk"),
}
"""How a body says whom it is about."""


class DischargeCases(Endpoint):
    """The ways home in which your organisation takes part."""

    scopes = {"GET": READ, "POST": WRITE}

    @documented.cases
    def get(self, request: Request) -> Response:
        """List ways home, newest first."""
        page = paging.page_of(request, read_address(home.CaseFilters, request.query_params))
        rows = home.cases_page(self.actor, page.filters, page.after, page.limit)
        shown = shown_by_name(rows[: page.limit])
        log_list(by=self.actor, patient_ids=shown, what="discharge cases", via=Access.Via.API)
        return paging.answer(request, page, rows, home.case_summary, home.key_of)

    @documented.begun
    def post(self, request: Request) -> Response:
        """Begin somebody's way home."""
        given = read(home.BeginIn, request.data)
        try:
            return once(request, lambda: self._begin(given), required=True, again=of_begun(self.caller.acting))
        except Unseen as begun:
            listed = DischargeCase.objects.listed_for(self.actor)
            raise turned_away(self.actor, DischargeCase, begun.case_id, CASE, listed=listed) from begun
        except Invalid as refusal:
            refusal.field = CALLED.get(refusal.field or "", refusal.field)
            raise
        except NotFound as unknown:
            raise self._unknown(given, unknown) from unknown

    def _begin(self, given: Mapping[str, Any]) -> Response:
        by = self.caller.acting
        said = {name: given[name] for name in ("ward", "admitted_at", "expected_on") if name in given}
        case = identify(by=by, hospital_id=given.get("hospital", by.organisation_id), **_whom(by, given), **said)
        return created(home.begun(case))

    def _unknown(self, given: Mapping[str, Any], refusal: NotFound) -> Problem:
        """A body that names nobody the caller may open is wrong in that field; who was asked for is logged."""
        name = next(each for each in NAMING if each in given)
        if name != "nhs_number":
            model, path = NAMING[name]
            log_refused(self.actor, model, given[name], "begin discharge case", person=path)
        errors = [FieldError(name, FieldCode.INVALID_VALUE, refusal.message)]
        return Problem(Code.VALIDATION_FAILED, refusal.message, errors=errors)


def created(body: dict[str, Any]) -> Response:
    """What there is now that was not there before, and where."""
    return Response(body, status=201, headers={"ETag": etag(body["version"]), "Location": body["href"]})


def _whom(by: Actor, given: Mapping[str, Any]) -> dict[str, UUID]:
    """The person or referral, as the action takes it. Invalid names the field."""
    if "referral" in given:
        return {"referral_id": given["referral"]}
    if "patient" in given:
        return {"patient_id": given["patient"]}
    try:
        return {"patient_id": somebody(by, given["nhs_number"]).patient_id}
    except Invalid as refusal:
        raise Invalid(refusal.message, field="nhs_number") from refusal


class OneDischargeCase(Endpoint):
    """One way home."""

    scopes = {"GET": READ}

    @documented.case
    def get(self, request: Request, case: str) -> Response:
        """Read one way home."""
        case_id = identifier(case)
        found = home.record_of(self.actor, case_id, timezone.now(), demographics=True)
        if found is None:
            listed = DischargeCase.objects.listed_for(self.actor)
            raise turned_away(self.actor, DischargeCase, case_id, CASE, listed=listed)
        patient_id = found["patient"]["id"]
        log_read(by=self.actor, patient_id=patient_id, what=CASE, subject_id=case_id, via=Access.Via.API)
        return Response(found, headers={"ETag": etag(found["version"])})


class DischargeTasks(Endpoint):
    """What people wait for from your organisation."""

    scopes = {"GET": READ}

    @documented.tasks
    def get(self, request: Request) -> Response:
        """List your organisation’s tasks, newest first."""
        page = paging.page_of(request, read_address(home.TaskFilters, request.query_params))
        rows = home.tasks_page(self.actor, page.filters, page.after, page.limit)
        shown = shown_by_name(rows[: page.limit])
        log_list(by=self.actor, patient_ids=shown, what="discharge tasks", via=Access.Via.API)
        return paging.answer(request, page, rows, home.task, home.key_of)


class CaseStep(Endpoint):
    """A step on a case."""

    scopes = {"POST": WRITE}
    shape: type[Input]
    do: Callable[..., dict[str, Any]]
    """Each takes its own step, and answers the whole case."""

    def take(self, request: Request, case: str) -> Response:
        """Once for each key, on the version that was read."""
        version, case_id = expected_version(request), identifier(case)
        given = read(self.shape, request.data)
        listed = DischargeCase.objects.listed_for(self.actor)
        with remembered(self.actor, DischargeCase, case_id, CASE, listed=listed):
            again = of_case(self.caller.acting, case_id)
            return once(request, lambda: self._take(case_id, version, given), required=True, again=again)

    def _take(self, case_id: UUID, version: int, given: Mapping[str, Any]) -> Response:
        found = self.do(case_id=case_id, by=self.caller.acting, expected_version=version, **given)
        return Response(found, headers={"ETag": etag(found["version"])})


class MarkReady(CaseStep):
    """Ready to leave."""

    shape = home.ReadyIn

    @documented.ready
    def post(self, request: Request, case: str) -> Response:
        """Ready to leave."""
        return self.take(request, case)

    def do(self, **given: Any) -> dict[str, Any]:
        """From what the step read and wrote."""
        return home.waiting(mark_ready(along=home.along(given["by"]), **given), timezone.now())


class MarkLeft(CaseStep):
    """They have left."""

    shape = home.LeftIn

    @documented.left
    def post(self, request: Request, case: str) -> Response:
        """They have left."""
        return self.take(request, case)

    def do(self, **given: Any) -> dict[str, Any]:
        """Read back: whose hours of waiting ended, and when, is the database's."""
        leave(**given)
        found = home.record_of(given["by"], given["case_id"], timezone.now(), demographics=False)
        if found is None:
            raise not_found()
        return found


class CaseTasks(Endpoint):
    """What one person on their way home waits for."""

    scopes = {"POST": WRITE}

    @documented.added
    def post(self, request: Request, case: str) -> Response:
        """Ask an organisation to do something."""
        version, case_id = expected_version(request), identifier(case)
        given = read(home.TaskIn, request.data)
        listed = DischargeCase.objects.listed_for(self.actor)
        with remembered(self.actor, DischargeCase, case_id, CASE, listed=listed):
            again = of_case(self.caller.acting, case_id)
            return once(request, lambda: self._add(case_id, version, given), required=True, again=again)

    def _add(self, case_id: UUID, version: int, given: Mapping[str, Any]) -> Response:
        said = {name: value for name, value in given.items() if name != "organisation"}
        owner, by = given["organisation"], self.caller.acting
        task = add_task(case_id=case_id, by=by, organisation_id=owner, expected_version=version, **said)
        return created(home.added(task))


class OneDischargeTask(Endpoint):
    """One task."""

    scopes = {"GET": READ}

    @documented.task
    def get(self, request: Request, task: str) -> Response:
        """Read one task."""
        task_id = identifier(task)
        row = home.one_task(self.actor, task_id)
        if row is None:
            listed = DischargeTask.objects.related_to(self.actor).of_organisation(self.actor)
            raise turned_away(self.actor, DischargeTask, task_id, TASK, person="case__patient", listed=listed)
        log_read(by=self.actor, patient_id=row["patient_id"], what=TASK, subject_id=task_id, via=Access.Via.API)
        return Response(home.task(row), headers={"ETag": etag(row["version"])})


class TaskStep(Endpoint):
    """A step on a task of your organisation."""

    scopes = {"POST": WRITE}
    shape: type[Input]
    action: Callable[..., Any]

    def take(self, request: Request, task: str) -> Response:
        """Once for each key, on the version that was read."""
        version, task_id = expected_version(request), identifier(task)
        given = read(self.shape, request.data)
        listed = DischargeTask.objects.related_to(self.actor).of_organisation(self.actor)
        with remembered(self.actor, DischargeTask, task_id, TASK, person="case__patient", listed=listed):
            again = of_task(self.caller.acting, task_id)
            return once(request, lambda: self._take(task_id, version, given), required=True, again=again)

    def _take(self, task_id: UUID, version: int, given: Mapping[str, Any]) -> Response:
        by = self.caller.acting
        type(self).action(task_id=task_id, by=by, expected_version=version, **given)
        row = home.one_task(by, task_id)
        if row is None:
            raise not_found()
        return Response(home.task(row, demographics=False), headers={"ETag": etag(row["version"])})


class MarkTaskDone(TaskStep):
    """A task is done."""

    shape, action = home.DoneIn, staticmethod(finish_task)

    @documented.done
    def post(self, request: Request, task: str) -> Response:
        """A task is done."""
        return self.take(request, task)


class MoveTask(TaskStep):
    """A task will be done at another time."""

    shape, action = home.MoveIn, staticmethod(move_task)

    @documented.moved
    def post(self, request: Request, task: str) -> Response:
        """Another time."""
        return self.take(request, task)


class CancelTask(TaskStep):
    """Nobody needs a task any more."""

    shape, action = home.NoLongerIn, staticmethod(cancel_task)

    @documented.cancelled
    def post(self, request: Request, task: str) -> Response:
        """No longer needed."""
        return self.take(request, task)
