"""The addresses of this room: ids only, never a number or a name."""

from django.urls import path

from patients.views import emergency, governance, merging, record, search

urlpatterns = [
    path("patients/", search.search, name="patient_search"),
    path("patients/add/", record.add, name="patient_add"),
    path("patients/<uuid:patient_id>/", record.record, name="patient"),
    path("patients/<uuid:patient_id>/change/", record.edit, name="patient_edit"),
    path("patients/<uuid:patient_id>/verify/", record.verify, name="patient_verify"),
    path("patients/<uuid:patient_id>/died/", record.died, name="patient_died"),
    path("patients/<uuid:patient_id>/restrict/", record.restrict, name="patient_restrict"),
    path("patients/<uuid:patient_id>/open/", emergency.break_glass, name="patient_break_glass"),
    path("patients/<uuid:patient_id>/same-as/<uuid:other_id>/", merging.compare, name="patient_merge"),
    path("patients/<uuid:patient_id>/differs-from/<uuid:other_id>/", merging.different, name="patient_not_duplicate"),
    path("patients/<uuid:patient_id>/separate/<uuid:merge_id>/", merging.separate, name="patient_unmerge"),
    path("governance/", governance.home, name="governance"),
    path("governance/patients/<uuid:patient_id>/", governance.patient, name="governance_patient"),
    path("governance/patients/<uuid:patient_id>/file/", governance.patient_csv, name="governance_patient_csv"),
    path("governance/patients/<uuid:patient_id>/restriction/", governance.restriction, name="governance_restriction"),
    path("governance/people/<uuid:actor_id>/", governance.person, name="governance_person"),
    path("governance/people/<uuid:actor_id>/file/", governance.person_csv, name="governance_person_csv"),
    path("governance/refusals/", governance.refused, name="governance_refused"),
    path("governance/emergency-access/", governance.glass, name="governance_glass"),
    path("governance/emergency-access/<uuid:glass_id>/", governance.review, name="governance_glass_review"),
]
