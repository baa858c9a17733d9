"""Restricted people on the boards of Home First: there, without a name; sealed until a reason was given; never lost."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.errors import NotFound
from audit.models import Access
from homefirst.actions import discharge_tasks
from homefirst.models import CarePackage, DischargeTask, FollowUp91, ReablementEpisode
from homefirst.states import DischargeStatus
from patients import actions as records
from patients.models import Patient
from tests.factories import patients
from tests.factories.homefirst_discharge import Cast, give_hours, make_case, task
from tests.factories.homefirst_packages import Market
from tests.factories.homefirst_reablement import Reablers
from tests.factories.referrals import Cast as Referred
from tests.referrals.web.pages import source, words

pytestmark = pytest.mark.django_db
FORBIDDEN, MISSING = 403, 404
REASON = "Caring for the person now"


def seal(patient_id) -> Patient:
    """From now on a reason is needed; the person has a name that nothing else on a page could hold."""
    Patient.objects.filter(pk=patient_id).update(
        restricted=True, family_name="Hushhush", given_name="Xenia", phone="0116 499 0999", postcode="LE99 9ZZ"
    )
    return Patient.objects.get(pk=patient_id)


def told(text: str, person: Patient) -> list[str]:
    """What of a person a page says."""
    secrets = (person.family_name, person.given_name, person.nhs_number, words_of(person), person.phone, "LE99")
    return [secret for secret in secrets if secret.lower() in text.lower()]


def words_of(person: Patient) -> str:
    number = person.nhs_number
    return f"{number[:3]} {number[3:6]} {number[6:]}"


def shown(client: Client, path: str, person: Patient) -> str:
    """A board or file, which says nothing of the person."""
    page = client.get(path)
    assert page.status_code == 200, path
    text = source(page)
    assert not told(text, person), path
    return text


def sealed(client: Client, path: str, person: Patient, reference: str) -> str:
    """A page that says only that there is somebody; answers where the reason leads to."""
    page = client.get(path)
    assert page.status_code == FORBIDDEN, path
    text = source(page)
    assert not told(text, person), path
    assert reference in text
    href = text.split('class="nhsuk-button" href="')[1].split('"')[0]
    assert urlsplit(href).path == reverse("patient_break_glass", args=[person.pk])
    return parse_qs(urlsplit(href).query.replace("&amp;", "&"))["next"][0]


class TestGettingHome:
    @pytest.fixture
    def cast(self) -> Cast:
        return Cast()

    def test_the_boards_keep_the_line_its_clock_and_its_count_and_hide_who_it_is(self, cast, as_):
        case = make_case(cast, DischargeStatus.ARRANGING, ward="Ward Zero")
        DischargeTask.objects.filter(case=case).update(title="Bring a bed for Xenia Hushhush", note="Ring Xenia")
        person = seal(case.patient_id)
        for actor, path in (
            (cast.nurse, "getting_home"), (cast.ward, "ward_board"), (cast.ward, "ward_board_rows"),
            (cast.nurse, "getting_home_csv"), (cast.ward, "ward_board_csv"),
        ):  # fmt: skip
            text = shown(as_(actor), reverse(path), person)
            assert case.reference in text, path
            assert "Ward Zero" not in text
            assert "Equipment" in text, "what holds them is said by its kind"
        page = words(as_(cast.nurse).get(reverse("getting_home")))
        assert "Restricted record" in page
        assert "5 hours" in page
        assert "1 of 1 person shown" in page

    def test_nobody_counts_as_seen(self, cast, as_):
        case = make_case(cast, DischargeStatus.READY)
        seal(case.patient_id)
        as_(cast.nurse).get(reverse("getting_home"))
        as_(cast.nurse).get(reverse("getting_home_csv"))
        assert not Access.objects.filter(actor_id=cast.nurse.id, patient_id=case.patient_id).exists()

    def test_tasks_say_what_kind_and_when_and_not_for_whom(self, cast, as_):
        case = make_case(cast, DischargeStatus.ARRANGING)
        DischargeTask.objects.filter(case=case).update(title="Bring a bed for Xenia Hushhush", note="Ring Xenia")
        person = seal(case.patient_id)
        text = shown(as_(cast.equipment), reverse("discharge_tasks"), person)
        assert "Restricted record" in text
        assert case.reference in text
        assert "Equipment" in text

    def test_a_reason_opens_the_case_for_whoever_gives_it_and_every_look_says_so(self, cast, as_):
        case = make_case(cast, DischargeStatus.READY)
        person = seal(case.patient_id)
        client = as_(cast.ward)
        path = reverse("discharge_case", args=[case.pk])
        assert sealed(client, path, person, case.reference) == path
        client.post(reverse("patient_break_glass", args=[person.pk]), {"reason": REASON})
        assert person.family_name.upper() in words(client.get(path))
        assert person.family_name.upper() in words(client.get(reverse("ward_board")))
        looked = Access.objects.filter(actor_id=cast.ward.id, patient_id=person.pk, what="discharge case")
        assert set(looked.values_list("outcome", flat=True)) == {Access.Outcome.BREAK_GLASS}
        assert "Restricted record" in words(as_(cast.nurse).get(reverse("getting_home"))), "only for whoever gave it"

    def test_no_step_is_taken_on_a_sealed_record(self, cast, as_):
        case = make_case(cast, DischargeStatus.ARRANGING)
        bed, hours = case.tasks.get(), give_hours(cast, case)
        person = seal(case.patient_id)
        for actor, name, subject in (
            (cast.ward, "discharge_leave", case), (cast.nurse, "discharge_add_task", case),
            (cast.nurse, "discharge_task_finish", bed),
        ):  # fmt: skip
            sealed(as_(actor), reverse(name, args=[subject.pk]), person, case.reference)
            answer = as_(actor).post(reverse(name, args=[subject.pk]), {"version": subject.version})
            assert answer.status_code == FORBIDDEN
        case.refresh_from_db()
        assert case.status == DischargeStatus.ARRANGING
        closed = as_(cast.equipment).get(reverse("discharge_hours_agree", args=[hours.pk]))
        assert closed.status_code == FORBIDDEN
        assert "Your role cannot open restricted records" in words(closed)

    def test_whoever_has_no_part_in_it_learns_nothing(self, cast, as_):
        case = make_case(cast, DischargeStatus.ARRANGING)
        bed = case.tasks.get()
        person = seal(case.patient_id)
        client = as_(cast.stranger)
        assert case.reference not in shown(client, reverse("getting_home"), person)
        for name, subject in (("discharge_case", case), ("discharge_task_finish", bed)):
            assert client.get(reverse(name, args=[subject.pk])).status_code == MISSING
        refused = Access.objects.filter(actor_id=cast.stranger.id, outcome=Access.Outcome.REFUSED)
        assert refused.filter(patient_id=person.pk).exists()

    def test_a_board_with_restricted_people_asks_no_more_questions(self, cast, as_, django_assert_max_num_queries):
        for _ in range(3):
            seal(make_case(cast, DischargeStatus.ARRANGING).patient_id)
        client = as_(cast.nurse)
        client.get(reverse("getting_home"))
        with django_assert_max_num_queries(8):
            client.get(reverse("getting_home"))

    def test_an_action_finds_no_sealed_case(self, cast):
        case = make_case(cast, DischargeStatus.ARRANGING)
        bed = task(cast, case, due=timedelta(hours=3))
        seal(case.patient_id)
        with pytest.raises(NotFound, match="There is no such task"):
            discharge_tasks.finish_task(task_id=bed.pk, by=cast.equipment)


class TestReablement:
    @pytest.fixture
    def team(self) -> Reablers:
        return Reablers(Referred())

    def test_board_page_and_file(self, team, as_):
        episode = team.episode(days_ago=15)
        reference, person, client = episode.referral.reference, seal(episode.patient_id), as_(team.worker)
        text = shown(client, reverse("reablement"), person)
        assert "Restricted record" in text
        assert reference in text
        assert "Week 3" in text
        assert str(episode.pk) in shown(client, reverse("reablement_csv"), person)
        path = reverse("reablement_episode", args=[episode.pk])
        assert sealed(client, path, person, reference) == path
        sealed(client, reverse("reablement_hours", args=[episode.pk]), person, reference)
        records.open_glass(by=team.worker, patient_id=person.pk, reason=REASON)
        assert person.family_name.upper() in words(client.get(path))
        assert person.family_name.upper() in words(client.get(reverse("reablement")))
        seen = Access.objects.filter(actor_id=team.worker.id, patient_id=person.pk, what="reablement")
        assert Access.Outcome.BREAK_GLASS in set(seen.values_list("outcome", flat=True))

    def test_a_follow_up_is_asked_only_with_a_reason(self, team, as_):
        follow_up = team.follow_up()
        reference, person, client = follow_up.episode.referral.reference, seal(follow_up.patient_id), as_(team.worker)
        text = shown(client, reverse("follow_ups"), person)
        assert "Restricted record" in text
        assert "Not shown" in text
        assert str(follow_up.pk) in shown(client, reverse("follow_ups_csv"), person)
        assert sealed(client, reverse("follow_up_attempt", args=[follow_up.pk]), person, reference)
        records.open_glass(by=team.worker, patient_id=person.pk, reason=REASON)
        assert person.phone in client.get(reverse("follow_ups")).content.decode()
        assert FollowUp91.objects.related_to(team.worker).count() == 1

    def test_another_team_learns_nothing(self, team, as_):
        episode = team.episode(days_ago=15)
        person = seal(episode.patient_id)
        stranger = Reablers(team.cast).worker
        assert as_(stranger).get(reverse("reablement_episode", args=[episode.pk])).status_code == MISSING
        assert not ReablementEpisode.objects.related_to(stranger).exists()
        assert "Restricted record" not in shown(as_(stranger), reverse("reablement"), person)


class TestPackages:
    @pytest.fixture
    def market(self) -> Market:
        return Market()

    def test_board_page_file_and_the_hours_that_nobody_gives(self, market, as_):
        package = market.wanted(wanted_from=timezone.localdate() - timedelta(days=9))
        person, client = seal(package.patient_id), as_(market.broker)
        text = shown(client, reverse("packages"), person)
        assert "Restricted record" in text
        assert package.reference in text
        assert "Waits 9 days" in text
        assert "14 hours a week wait for care today" in text, "hours of restricted people are hours too"
        assert package.reference in shown(client, reverse("packages_csv"), person)
        path = reverse("package", args=[package.pk])
        assert sealed(client, path, person, package.reference) == path
        sealed(client, reverse("package_ask_providers", args=[package.pk]), person, package.reference)
        records.open_glass(by=market.broker, patient_id=person.pk, reason=REASON)
        assert person.family_name.upper() in words(client.get(path))

    def test_providers_are_told_neither_age_nor_postcode_before_and_the_name_on_its_page_after(self, market, as_):
        package = market.asked()
        person, client = seal(package.patient_id), as_(market.provider)
        asked = shown(client, reverse("package_requests"), person)
        assert "Restricted record" in asked
        assert "85 and over" not in asked
        records.open_glass(by=market.broker, patient_id=person.pk, reason=REASON)
        answer = market.offer(package)
        as_(market.broker).post(
            reverse("package_choose", args=[package.pk, answer.pk]),
            {"version": CarePackage.objects.get(pk=package.pk).version},
        )
        assert "Restricted record" in shown(client, reverse("package_requests") + "?list=chosen", person)
        page = client.get(reverse("package_request", args=[package.pk]))
        assert person.family_name.upper() in words(page), "whoever comes to the house must know to whom"
        assert Access.objects.filter(actor_id=market.provider.id, patient_id=person.pk).exists()


def test_a_restricted_person_who_was_merged_is_opened_by_the_record_in_use(as_):
    cast = Cast()
    case = make_case(cast, DischargeStatus.READY)
    kept = patients.patient(seen_by=cast.acute, family_name="Kept")
    Patient.objects.filter(pk=case.patient_id).update(merged_into=kept, restricted=True)
    Patient.objects.filter(pk=kept.pk).update(restricted=True)
    page = as_(cast.ward).get(reverse("discharge_case", args=[case.pk]))
    assert page.status_code == FORBIDDEN
    assert reverse("patient_break_glass", args=[kept.pk]) in source(page)
