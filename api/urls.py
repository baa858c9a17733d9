"""Addresses of the partner door. fhir/ will stand beside v1/."""

from django.urls import path

from api.views.base import Nowhere
from api.views.directory import OneOrganisation, OneService, Organisations, Services
from api.views.figures import Figures, Metrics
from api.views.homefirst_beds import BED_STEPS, ConfirmWard, OneBed, OneWard, Wards
from api.views.homefirst_beds import view_of as bed_view_of
from api.views.homefirst_discharge import (
    CancelTask,
    CaseTasks,
    DischargeCases,
    DischargeTasks,
    MarkLeft,
    MarkReady,
    MarkTaskDone,
    MoveTask,
    OneDischargeCase,
    OneDischargeTask,
)
from api.views.homefirst_packages import AnswerRequest, OnePackage, OneRequest, Packages, Requests, StartRequest
from api.views.pages import openapi, reference_page
from api.views.patients import OnePatient, Patients
from api.views.referrals import OneReferral, Referrals
from api.views.steps import OFFER_STEPS, REFERRAL_STEPS, Messages, view_of
from api.views.token import TokenView
from api.views.told_apart import HomeFirstAudit, UnmetNeed

V1 = "api/v1/"
ONE = f"{V1}referrals/<str:referral>"
OFFER = f"{ONE}/offers/<str:offer>"
WARD = f"{V1}wards/<str:ward>"
TASK = f"{V1}discharge-tasks/<str:task>"
ASKED = f"{V1}package-requests/<str:package>"

urlpatterns = [
    path("oauth2/token", TokenView.as_view(), name="oauth2_token"),
    path(V1, reference_page, name="api_docs"),
    path(f"{V1}openapi.json", openapi, name="api_openapi"),
    path(f"{V1}referrals", Referrals.as_view(), name="api_referrals"),
    path(ONE, OneReferral.as_view(), name="api_referral"),
    path(f"{ONE}/messages", Messages.as_view(), name="api_messages"),
    *(path(f"{ONE}/{step.slug}", view_of(step), name=f"api_{step.verb}") for step in REFERRAL_STEPS),
    *(path(f"{OFFER}/{step.slug}", view_of(step), name=f"api_{step.verb}") for step in OFFER_STEPS),
    path(f"{V1}services", Services.as_view(), name="api_services"),
    path(f"{V1}services/<str:service>", OneService.as_view(), name="api_service"),
    path(f"{V1}organisations", Organisations.as_view(), name="api_organisations"),
    path(f"{V1}organisations/<str:organisation>", OneOrganisation.as_view(), name="api_organisation"),
    path(f"{V1}patients", Patients.as_view(), name="api_patients"),
    path(f"{V1}patients/<str:patient>", OnePatient.as_view(), name="api_patient"),
    path(f"{V1}metrics", Metrics.as_view(), name="api_metrics"),
    path(f"{V1}metrics/<str:metric>/figures", Figures.as_view(), name="api_figures"),
    path(f"{V1}home-first-audit", HomeFirstAudit.as_view(), name="api_home_first_audit"),
    path(f"{V1}unmet-need", UnmetNeed.as_view(), name="api_unmet_need"),
    path(f"{V1}discharge-cases", DischargeCases.as_view(), name="api_discharge_cases"),
    path(f"{V1}discharge-cases/<str:case>", OneDischargeCase.as_view(), name="api_discharge_case"),
    path(f"{V1}discharge-cases/<str:case>/ready", MarkReady.as_view(), name="api_discharge_ready"),
    path(f"{V1}discharge-cases/<str:case>/left", MarkLeft.as_view(), name="api_discharge_left"),
    path(f"{V1}discharge-cases/<str:case>/tasks", CaseTasks.as_view(), name="api_discharge_case_tasks"),
    path(f"{V1}discharge-tasks", DischargeTasks.as_view(), name="api_discharge_tasks"),
    path(TASK, OneDischargeTask.as_view(), name="api_discharge_task"),
    path(f"{TASK}/done", MarkTaskDone.as_view(), name="api_discharge_task_done"),
    path(f"{TASK}/move", MoveTask.as_view(), name="api_discharge_task_move"),
    path(f"{TASK}/cancel", CancelTask.as_view(), name="api_discharge_task_cancel"),
    path(f"{V1}packages", Packages.as_view(), name="api_packages"),
    path(f"{V1}packages/<str:package>", OnePackage.as_view(), name="api_package"),
    path(f"{V1}package-requests", Requests.as_view(), name="api_package_requests"),
    path(ASKED, OneRequest.as_view(), name="api_package_request"),
    path(f"{ASKED}/answer", AnswerRequest.as_view(), name="api_package_request_answer"),
    path(f"{ASKED}/start", StartRequest.as_view(), name="api_package_request_start"),
    path(f"{V1}wards", Wards.as_view(), name="api_wards"),
    path(WARD, OneWard.as_view(), name="api_ward"),
    path(f"{WARD}/confirm", ConfirmWard.as_view(), name="api_ward_confirm"),
    path(f"{WARD}/beds/<str:bed>", OneBed.as_view(), name="api_bed"),
    *(path(f"{WARD}/beds/<str:bed>/{step.slug}", bed_view_of(step), name=f"api_bed_{step.slug}") for step in BED_STEPS),
    path("api/<path:rest>", Nowhere.as_view(), name="api_nowhere"),
    path("oauth2/<path:rest>", Nowhere.as_view(), name="oauth2_nowhere"),
]
