"""What a provider may know of a package that it was asked about: others' answers neither show nor get in its way."""

import pytest
from django.utils import timezone

from audit.errors import StaleVersion
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
