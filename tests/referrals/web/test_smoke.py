import pytest
from django.urls import reverse
from referrals.states import Status
from tests.factories.referrals import make_referral, waitlisted


@pytest.mark.parametrize("status", list(Status))
def test_pages_open(cast, as_, status):
    referral = make_referral(cast, status)
    for actor in (cast.clinician, cast.nurse, cast.gp):
        client = as_(actor)
        assert client.get("/").status_code == 200
        r = client.get(reverse("referral", args=[referral.pk]))
        print(status, actor.role, r.status_code)
    assert as_(cast.clinician).get("/worklist/").status_code == 200
    assert as_(cast.nurse).get("/team/").status_code == 200
