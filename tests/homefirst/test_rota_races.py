"""Two change one rota at once, on real connections: one is told."""

import pytest

from audit.errors import DomainError
from homefirst.actions import rota as actions
from homefirst.models import Act, Shift
from tests.factories.homefirst_crisis import CrisisCast, episode, shift
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_shifts_that_cover_for_each_other_cannot_go_at_once():
    cast = CrisisCast()
    episode(cast)
    one, other = shift(cast, starts=2), shift(cast, cast.mate, starts=2)
    results = together(
        *(lambda pk=s.pk: actions.cancel_shift(shift_id=pk, by=cast.lead, reason="Sick") for s in (one, other))
    )
    assert [result.code for result in results if isinstance(result, DomainError)] == ["TOUCHES_PEOPLE"]
    assert Shift.objects.standing().count() == 1


def test_two_leads_put_the_same_person_on_at_once_and_one_is_told():
    cast = CrisisCast()
    results = together(lambda: shift(cast), lambda: shift(cast, by=cast.other_lead, hours=6))
    assert [result.code for result in results if isinstance(result, DomainError)] == ["WORKS_ALREADY"]
    assert Shift.objects.count() == 1
    assert Act.objects.count() == 1
