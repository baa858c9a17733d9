"""The matrix of domain roles and permissions, held as a table; and the load that makes it so."""

from io import StringIO

import pytest
from django.core.management import call_command

from accounts.loading import ROLES, load_roles, read_roles
from accounts.models import Role
from accounts.roles import Permission

P = Permission
SEND = {P.REFER, P.TRACK_SENT, P.VIEW_PATIENT, P.VIEW_DIRECTORY}
DESK = {P.TRACK_SENT, P.VIEW_WORKLIST, P.ACKNOWLEDGE, P.OFFER, P.VIEW_PATIENT, P.VIEW_DIRECTORY}
FIGURES = {P.VIEW_DIRECTORY, P.VIEW_FIGURES}
TABLE = {
    "referrer": SEND,
    "care_coordinator": SEND,
    "ambulance_crew": SEND | {P.BREAK_GLASS},
    "spa_handler": DESK | {P.REFER, P.VIEW_BEDS},
    "triage_clinician": DESK | {P.REFER, P.TRIAGE, P.BREAK_GLASS, P.VIEW_BEDS},
    "shift_lead": DESK | {P.REFER, P.TRIAGE, P.BREAK_GLASS, P.SUPERVISE, P.MERGE_PATIENTS, P.VIEW_BEDS},
    "spa_manager": DESK | {P.SUPERVISE, P.MERGE_PATIENTS},
    "community_worker": SEND | {P.RESPOND, P.BREAK_GLASS, P.DO_TASKS},
    "service_lead": SEND | {P.RESPOND, P.BREAK_GLASS, P.SUPERVISE, P.DO_TASKS, P.MANAGE_ROTA, P.VIEW_BEDS},
    "bed_manager": {P.TRACK_SENT, P.VIEW_PATIENT, P.VIEW_DIRECTORY, P.VIEW_BEDS, P.MANAGE_BEDS},
    "ward_coordinator": SEND | {P.DISCHARGE, P.DO_TASKS, P.BREAK_GLASS, P.VIEW_BEDS},
    "hub_member": SEND | {P.DECIDE_DISCHARGE, P.DO_TASKS, P.BREAK_GLASS, P.VIEW_BEDS},
    "task_worker": {P.DO_TASKS, P.VIEW_PATIENT, P.VIEW_DIRECTORY},
    "broker": {P.BROKER, P.DO_TASKS, P.VIEW_PATIENT, P.BREAK_GLASS, P.VIEW_DIRECTORY},
    "care_provider": {P.PROVIDE, P.VIEW_DIRECTORY},
    "bcf_manager": FIGURES | {P.PUBLISH_FIGURES, P.PLAN_PLACES},
    "commissioner": FIGURES | {P.PLAN_PLACES},
    "caldicott_guardian": {P.GOVERN, P.VIEW_DIRECTORY},
    "administrator": {P.ADMINISTER, P.VIEW_DIRECTORY},
}
CLINICAL = {P.VIEW_PATIENT, P.BREAK_GLASS, P.TRIAGE, P.RESPOND, P.MERGE_PATIENTS}


@pytest.mark.parametrize("slug", TABLE)
def test_role_holds_exactly_these_permissions(slug):
    assert set(read_roles()[slug]["permissions"]) == {permission.value for permission in TABLE[slug]}


def test_the_table_names_every_role_and_every_permission_is_held_by_one():
    roles = read_roles()
    assert set(roles) == set(TABLE)
    assert {one for role in roles.values() for one in role["permissions"]} == {one.value for one in Permission}


@pytest.mark.parametrize("slug", ["bcf_manager", "commissioner", "caldicott_guardian", "administrator"])
def test_those_without_a_part_in_care_see_no_patient(slug):
    assert not TABLE[slug] & CLINICAL


@pytest.mark.django_db
def test_loading_twice_changes_nothing():
    assert load_roles() == {"added": len(TABLE), "emptied": 0}
    assert load_roles() == {"unchanged": len(TABLE), "emptied": 0}


@pytest.mark.django_db
def test_loading_takes_away_what_is_no_longer_listed():
    load_roles()
    Role.objects.filter(slug="commissioner").update(permissions=["view_directory", "view_patient"])
    Role.objects.create(slug="former", name="Former", description="No longer listed", permissions=["triage"])
    out = StringIO()
    call_command("load_roles", stdout=out)
    assert Role.objects.get(slug="commissioner").permissions == ["plan_places", "view_directory", "view_figures"]
    assert Role.objects.get(slug="former").permissions == []
    assert out.getvalue() == "Roles: 18 unchanged, 1 changed, 1 emptied.\n"


def test_an_unknown_permission_stops_the_load_with_the_role_to_mend(tmp_path):
    path = tmp_path / "roles.toml"
    path.write_text(ROLES.read_text().replace('"view_directory"]', '"see_all"]', 1))
    with pytest.raises(ValueError, match="lists unknown permissions: see_all"):
        read_roles(path)
