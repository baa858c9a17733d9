"""What an administrator can do with reference data, and what nobody can."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from accounts.loading import load_roles
from directory import models
from directory.models import ClockPolicy, Organisation, Service
from tests.accounts import builders as people
from tests.directory.builders import policy

pytestmark = pytest.mark.django_db
MODELS = [getattr(models, name) for name in models.__all__]
WITHOUT_PAGE = {models.OpeningHours, models.EscalationStep}


@pytest.fixture
def administrator(client, reference_data):
    """An administrator's browser, signed in."""
    load_roles()
    user = people.person("ada@example.nhs.uk")
    people.grant(user, "administrator", people.organisation("The ICB"))
    client.force_login(user)
    return client


def page(model, name, *args):
    return reverse(f"admin:directory_{model._meta.model_name}_{name}", args=args)


def form_values(response):
    """What a browser would send back from the form as shown."""
    values = {}
    forms = [response.context_data["adminform"].form]
    for inline in response.context_data["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            values[bound.html_name] = "" if value is None else value
    return values


@pytest.mark.parametrize("model", [model for model in MODELS if model not in WITHOUT_PAGE])
def test_every_kind_of_row_is_listed_found_and_opened(administrator, model):
    assert administrator.get(page(model, "changelist"), {"q": "a"}).status_code == 200
    row = model.objects.first()
    assert administrator.get(page(model, "change", row.pk)).status_code == 200
    assert administrator.get(page(model, "add")).status_code == 200


@pytest.mark.parametrize("model", [model for model in MODELS if model not in WITHOUT_PAGE | {models.BankHoliday}])
def test_nothing_others_point_to_can_be_deleted(administrator, model):
    row = model.objects.first()
    assert administrator.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


def test_where_a_row_came_from_is_read_only_once_it_is_there(administrator, rf):
    registered = admin.site._registry[Organisation]
    request = rf.get("/")
    assert registered.get_readonly_fields(request, None) == []
    assert registered.get_readonly_fields(request, Organisation.objects.first()) == ["source", "synthetic"]


def test_a_service_is_changed_with_codes_ticked(administrator):
    service = Service.objects.get(slug="community-therapy")
    address = page(Service, "change", service.pk)
    values = form_values(administrator.get(address))
    values |= {"needs": ["falls", "rehabilitation"], "phone": "0116 496 0888"}
    answer = administrator.post(address, values)
    assert answer.status_code == 302, answer.context_data["errors"]
    service.refresh_from_db()
    assert (service.needs, service.phone) == (["falls", "rehabilitation"], "0116 496 0888")


def test_a_wrong_change_is_refused_with_a_sentence(administrator):
    service = Service.objects.get(slug="community-therapy")
    address = page(Service, "change", service.pk)
    values = form_values(administrator.get(address)) | {"max_age": "5"}
    answer = administrator.post(address, values)
    assert "The oldest age must not be below the youngest." in answer.text


def test_a_policy_that_has_started_can_only_be_ended(administrator):
    started = ClockPolicy.objects.get(code="respond", urgency="crisis", service=None)
    address = page(ClockPolicy, "change", started.pk)
    values = form_values(administrator.get(address))
    values |= {"minutes": "999", "valid_to_0": "2030-04-01", "valid_to_1": "00:00:00"}
    answer = administrator.post(address, values)
    assert answer.status_code == 302, answer.context_data["errors"]
    started.refresh_from_db()
    assert started.minutes == 120
    assert started.valid_to is not None
    assert started.steps.count() == 2


def test_a_policy_that_has_not_started_can_still_be_changed(administrator):
    future = policy(
        code="respond", urgency="crisis", service=Service.objects.first(), valid_from=timezone.now() + timedelta(days=9)
    )
    address = page(ClockPolicy, "change", future.pk)
    values = form_values(administrator.get(address))
    values |= {"minutes": "90", "valid_from_0": "2090-04-01", "valid_from_1": "00:00:00"}
    values |= {"valid_to_0": "", "valid_to_1": ""}
    answer = administrator.post(address, values)
    assert answer.status_code == 302, answer.context_data["errors"]
    future.refresh_from_db()
    assert future.minutes == 90
