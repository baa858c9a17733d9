"""What a provider may know of a package that it was asked about: others' answers neither show nor get in its way."""

import pytest
from django.utils import timezone

from audit.errors import StaleVersion
from directory.models import Organisation
from homefirst import asked
from homefirst.actions import packages as actions
from homefirst.models import Act
from tests.factories import people
from tests.factories.homefirst_packages import Market

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Market)]


def verbs(actor, package):
    return list(asked.acts_known_to(actor, package.pk).order_by("version").values_list("verb", flat=True))


def test_its_own_answers_and_what_the_broker_decides_are_news(cast):
    package = cast.asked()
    cast.offer(package, by=cast.rival)
    answer = cast.offer(package)
    assert verbs(cast.provider, package) == ["ask", "answer"]
    actions.choose_offer(package_id=package.pk, answer_id=answer.pk, by=cast.broker)
    assert verbs(cast.provider, package) == verbs(cast.rival, package) == ["ask", "answer", "choose"]
    assert Act.objects.filter(subject_id=package.pk).count() == 6


def test_an_answer_does_not_grow_old_by_those_of_others(cast):
    package = cast.asked()
    cast.offer(package, by=cast.rival)
    cast.offer(package, expected_version=package.version)


def test_it_grows_old_by_a_colleagues_and_nobody_else_is_named(cast):
    package, colleague = cast.asked(), people.actor("care_provider", at=cast.holder)
    cast.offer(package, by=colleague)
    cast.offer(package, by=cast.rival)
    with pytest.raises(StaleVersion, match="since you opened it") as refusal:
        cast.offer(package, expected_version=package.version)
    assert cast.rival.name not in refusal.value.message


def test_it_grows_old_when_the_search_begins_again(cast):
    package = cast.asked()
    answer = cast.offer(package, by=cast.rival)
    seen = package.version
    actions.choose_offer(package_id=package.pk, answer_id=answer.pk, by=cast.broker)
    actions.look_again(package_id=package.pk, by=cast.broker, reason="Nobody left on the round")
    with pytest.raises(StaleVersion):
        cast.offer(package, expected_version=seen, can_start=timezone.localdate())


def test_providers_of_one_name_are_two(cast):
    both = [cast.holder.pk, cast.other.pk]
    for pk, code in zip(both, ("VN901", "VN902"), strict=True):
        Organisation.objects.filter(pk=pk).update(name="Home Care Limited", ods_code=code)
    provider, rival = (people.actor("care_provider", at=Organisation.objects.get(pk=pk)) for pk in both)
    package = cast.asked()
    cast.offer(package, by=rival)
    assert verbs(provider, package) == ["ask"]
    assert verbs(rival, package) == ["ask", "answer"]
    cast.offer(package, by=provider, expected_version=package.version)


def test_a_provider_that_changed_its_name_knows_what_it_said(cast):
    package = cast.asked()
    cast.offer(package)
    Organisation.objects.filter(pk=cast.holder.pk).update(name="Another Name")
    again = people.actor("care_provider", at=Organisation.objects.get(pk=cast.holder.pk))
    assert verbs(again, package) == ["ask", "answer"]


def test_acts_of_the_first_release_are_told_apart_by_name(cast):
    package = cast.asked()
    told = {"subject_kind": "carepackage", "subject_id": package.pk, "verb": "answer", "at": timezone.now()}
    who = {"by_kind": "person", "by_id": cast.provider.id, "by_name": "Provider One"}
    for version, provider in ((90, cast.holder), (91, cast.other)):
        Act.objects.create(**told, **who, version=version, by_organisation=provider.name)
    assert verbs(cast.provider, package) == verbs(cast.rival, package) == ["ask", "answer"]
    assert asked.has_changed(cast.provider, package.pk, 89)
    assert not asked.has_changed(cast.provider, package.pk, 90)
