"""Getting home from hospital."""

from django.urls import URLPattern, path

from homefirst.policies.discharge import CaseVerb
from homefirst.views import assessors, discharge, discharge_identify, discharge_steps

HOME = "getting-home/"
CASE = f"{HOME}<uuid:subject_id>/"
SLUGS: dict[CaseVerb, str] = {
    CaseVerb.TAKE: "take",
    CaseVerb.PLAN: "plan",
    CaseVerb.READY: "ready",
    CaseVerb.AGREE: "agree",
    CaseVerb.RECONSIDER: "decide-again",
    CaseVerb.ADD_TASK: "add-task",
    CaseVerb.FILL: "transfer",
    CaseVerb.ASK: "ask",
    CaseVerb.REATTRIBUTE: "owner-of-waiting",
    CaseVerb.LEAVE: "left",
    CaseVerb.AT_HOME: "at-home",
    CaseVerb.CLOSE: "close",
    CaseVerb.NOT_READY: "not-ready",
    CaseVerb.STOP: "stop",
}
steps = discharge_steps
urlpatterns: list[URLPattern] = [
    path(HOME, discharge.place_board, name="getting_home"),
    path(f"{HOME}rows/", discharge.place_rows, name="getting_home_rows"),
    path(f"{HOME}csv/", discharge.place_csv, name="getting_home_csv"),
    path(f"{HOME}ward/", discharge.ward_board, name="ward_board"),
    path(f"{HOME}ward/rows/", discharge.ward_rows, name="ward_board_rows"),
    path(f"{HOME}ward/csv/", discharge.ward_csv, name="ward_board_csv"),
    path(f"{HOME}find/", discharge_identify.find_person, name="discharge_find"),
    path(f"{HOME}person/<uuid:patient_id>/", discharge_identify.of_person, name="discharge_identify"),
    path(f"{HOME}referral/<uuid:referral_id>/", discharge_identify.of_referral, name="discharge_of_referral"),
    path(f"{HOME}assessors/", assessors.register, name="trusted_assessors"),
    path(f"{HOME}assessors/<uuid:assessor_id>/end/", assessors.end, name="trusted_assessor_end"),
    path(CASE, discharge.case_page, name="discharge_case"),
    path(f"{CASE}assess/<slug:tool>/", steps.assess, name="discharge_assess"),
    *(
        path(f"{CASE}{slug}/", steps.case_views[verb], name=steps.CASE_WAYS[verb].url_name)
        for verb, slug in SLUGS.items()
    ),
    *(
        path(f"{HOME}task/<uuid:subject_id>/{name}/", view, name=steps.TASK_WAYS[name].url_name)
        for name, view in steps.task_views.items()
    ),
    *(
        path(f"{HOME}waiting/<uuid:subject_id>/{name}/", view, name=steps.HOURS_WAYS[name].url_name)
        for name, view in steps.hours_views.items()
    ),
    *(
        path(f"{HOME}assessment/<uuid:subject_id>/{name}/", view, name=steps.ASSESSMENT_WAYS[name].url_name)
        for name, view in steps.assessment_views.items()
    ),
    path("tasks/", discharge.tasks, name="discharge_tasks"),
    path("tasks/rows/", discharge.task_rows, name="discharge_tasks_rows"),
]
