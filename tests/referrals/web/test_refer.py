"""Refer on one page: nothing typed is lost, sending twice sends once, and a receipt says nothing about the person."""

import re

import pytest
from django.urls import reverse

from audit.models import Access
from patients.models import Patient
from referrals.models import Draft, Referral
from tests.factories import people

NEED = {
    "needs": ["falls"],
    "need": "Fell at 9am, cannot get upstairs.",
    "urgency_requested": "crisis",
    "direction": "step_up",
    "safeguarding": "no",
    "scene_safety": "S",
    "consent": "given",
    "channel": "gp",
    "referrer_name": "Practice nurse",
    "referrer_phone": "0116 496 0000",
}
NEW_PERSON = {
    "mode": "add",
    "given_name": "Zoë",
    "family_name": "O’Neill-Nowak",
    "date_of_birth_day": "15",
    "date_of_birth_month": "3",
    "date_of_birth_year": "1938",
    "sex": "female",
    "residence": "own_home",
}


@pytest.fixture
def gp(client, desk):
    """Signed in at the practice that refers."""
    organisation = people.directory.Organisation.objects.get(pk=desk.gp.organisation_id)
    people.sign_in(client, "referrer", at=organisation)
    return client


def send(client, url=None, **fields):
    return client.post(url or reverse("refer"), {"do": "send", **NEED, **fields})


def test_a_chosen_person_is_referred_and_the_receipt_follows(gp, desk):
    answer = send(gp, patient=desk.patient.pk)
    referral = Referral.objects.get()
    assert answer.status_code == 303
    assert answer.url == reverse("referral_receipt", args=[referral.pk])
    page = gp.get(answer.url).content.decode()
    assert referral.reference in page
    assert desk.patient.family_name not in page
    assert desk.patient.nhs_number not in page


def test_a_new_person_without_a_number_is_added_and_referred_at_once(gp):
    assert send(gp, **NEW_PERSON).status_code == 303
    added = Patient.objects.get(family_name="O’Neill-Nowak")
    assert Referral.objects.get().patient == added
    assert added.nhs_number == ""


def test_a_number_that_fails_the_check_is_refused_beside_the_field_and_all_is_kept(gp):
    answer = send(gp, **NEW_PERSON, nhs_number="3478526985")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Check the NHS number" in page
    assert "O’Neill-Nowak" in page
    assert "Fell at 9am" in page
    assert not Referral.objects.exists()


def test_a_person_typed_in_who_is_already_here_is_chosen_instead(gp, desk):
    Patient.objects.filter(pk=desk.patient.pk).update(nhs_number_status="01", nhs_number_valid=True)
    answer = send(gp, **NEW_PERSON, nhs_number=desk.patient.nhs_number)
    assert answer.status_code == 303
    draft = Draft.objects.get()
    assert draft.patient == desk.patient
    assert Patient.objects.filter(family_name="O’Neill-Nowak").count() == 0
    assert "already has a record" in gp.get(answer.url).content.decode()


def test_sending_nothing_names_every_field_and_keeps_a_draft(gp):
    answer = gp.post(reverse("refer"), {"do": "send", "need": "\x00 half a sen"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("There is a problem") == 1
    for words in ("Find the person, or add them", "Select at least one need", "Select how soon", "telephone number"):
        assert words in page
    assert Draft.objects.count() == 1


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "😀" * 50, "שלום עולם", "x" * 4001, "<script>alert(1)</script>"])
def test_odd_text_is_never_a_server_error_nor_markup(gp, desk, text):
    answer = send(gp, patient=desk.patient.pk, need=text)
    assert answer.status_code in {303, 422}
    assert "<script>alert" not in answer.content.decode()


def test_a_double_click_sends_once(gp, desk):
    gp.post(reverse("refer"), {"do": "save", **NEED, "patient": desk.patient.pk})
    draft = Draft.objects.get()
    url = reverse("refer_draft", args=[draft.pk])
    first, second = send(gp, url, patient=desk.patient.pk), send(gp, url, patient=desk.patient.pk)
    assert Referral.objects.count() == 1
    assert first.url == second.url


def test_the_back_button_after_sending_leads_to_the_receipt(gp, desk):
    gp.post(reverse("refer"), {"do": "save", **NEED, "patient": desk.patient.pk})
    url = reverse("refer_draft", args=[Draft.objects.get().pk])
    send(gp, url, patient=desk.patient.pk)
    assert gp.get(url).url == reverse("referral_receipt", args=[Referral.objects.get().pk])


def test_a_draft_keeps_what_was_typed_right_or_wrong_and_comes_back(gp, desk):
    gp.post(
        reverse("refer"),
        {"do": "save", "need": "half", "find_born_day": "31", "find_born_month": "2", "patient": desk.patient.pk},
    )
    draft = Draft.objects.get()
    page = gp.get(reverse("refer_draft", args=[draft.pk])).content.decode()
    assert "half" in page
    assert draft.typed["find_born_day"] == ["31"]
    assert reverse("refer_draft", args=[draft.pk]) in gp.get(reverse("refer")).content.decode()


def test_the_page_saves_by_itself_and_names_the_draft(gp):
    answer = gp.post(reverse("refer_save"), {"need": "typ"}, headers={"X-Draft": "1"}).json()
    again = gp.post(answer["url"], {"need": "typed"}).json()
    assert answer["url"] == again["url"]
    assert Draft.objects.get().typed["need"] == ["typed"]


def test_a_draft_is_nobody_elses(gp, desk, client):
    gp.post(reverse("refer"), {"do": "save", "need": "mine"})
    url = reverse("refer_draft", args=[Draft.objects.get().pk])
    organisation = people.directory.Organisation.objects.get(pk=desk.gp.organisation_id)
    people.sign_in(client, "referrer", at=organisation)
    assert client.get(url).status_code == 404


def test_deleting_a_draft_asks_first_and_removes_what_was_typed(gp):
    gp.post(reverse("refer"), {"do": "save", "need": "secret"})
    draft = Draft.objects.get()
    url = reverse("refer_discard", args=[draft.pk])
    assert "cannot be undone" in gp.get(url).content.decode()
    gp.post(url)
    draft.refresh_from_db()
    assert draft.typed == {}
    assert gp.get(reverse("refer_draft", args=[draft.pk])).status_code == 404


def test_finding_somebody_shows_who_fits_and_is_logged(gp, desk):
    answer = gp.post(reverse("refer"), {"do": "find", "find_number": desk.patient.nhs_number}, follow=True)
    page = answer.content.decode()
    assert desk.patient.family_name.upper() in page
    assert Access.objects.filter(patient_id=desk.patient.pk, what="search").exists()


def test_an_open_referral_is_offered_for_tracking_before_another_is_sent(gp, desk):
    open_already = desk.send()
    page = gp.get(reverse("refer"), {"patient": desk.patient.pk}).content.decode()
    assert "Already open for this person" in page
    assert reverse("track", args=[open_already.tracking_token]) in page


def test_the_tracking_page_is_open_and_says_nothing_about_the_person(client, desk):
    referral = desk.accepted(need="Shouts at night", safeguarding=True, safeguarding_note="Son")
    answer = client.get(reverse("track", args=[referral.tracking_token]))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Offered to a service" in page
    private = (
        desk.patient.family_name, desk.patient.given_name, desk.patient.nhs_number, "Shouts", "Son",
        desk.clinician.name, desk.gp.name,
    )  # fmt: skip
    assert not [words for words in private if words in page]
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]


def test_a_late_referral_gives_the_number_to_call(client, desk):
    from datetime import timedelta

    from django.utils import timezone

    referral = desk.send(received_at=timezone.now() - timedelta(hours=1))
    page = client.get(reverse("track", args=[referral.tracking_token])).content.decode()
    assert "taking longer than it should" in page
    assert desk.front_door.phone in page


@pytest.mark.parametrize("token", ["nonsense", "a" * 32, "..%2f..", "%00"])
def test_a_wrong_link_says_what_to_do(client, db, token):
    answer = client.get(f"/track/{token}/")
    assert answer.status_code == 404


def test_the_sent_list_marks_news_until_it_is_read(gp, desk):
    referral = desk.accepted()
    page = gp.get(reverse("sent_referrals")).content.decode()
    assert re.search(r"News</strong>", page)
    gp.get(reverse("referral_receipt", args=[referral.pk]))
    assert not re.search(r"News</strong>", gp.get(reverse("sent_referrals")).content.decode())


def test_the_sent_list_counts_what_it_links_to_and_pages_by_key(gp, desk):
    for _ in range(27):
        desk.send()
    first = gp.get(reverse("sent_referrals"))
    assert 'app-tabs__count">27<' in first.content.decode()
    assert first.content.decode().count("data-row") == 25
    following = re.search(r'href="(\?after=[^"]+)"', first.content.decode()).group(1).replace("&amp;", "&")
    second = gp.get(reverse("sent_referrals") + following).content.decode()
    assert second.count("data-row") == 2


def test_the_sent_list_as_a_file_names_nobody(gp, desk):
    referral = desk.send()
    text = gp.get(reverse("sent_referrals_export")).content.decode()
    assert referral.reference in text
    assert desk.patient.family_name not in text


def test_a_file_that_does_not_hold_the_whole_sent_list_says_so(gp, desk, monkeypatch):
    for _ in range(2):
        desk.send()
    monkeypatch.setattr("referrals.sent.EXPORTED", 1)
    monkeypatch.setattr("referrals.views.sent.EXPORTED", 1)
    lines = gp.get(reverse("sent_referrals_export")).content.decode().splitlines()
    assert (len(lines), lines[-1][:33]) == (3, "Only the first 1 rows are in this")


def test_another_organisation_sees_neither_list_nor_receipt(client, desk):
    referral = desk.send()
    people.sign_in(client, "referrer", at=people.directory.practice())
    assert referral.reference not in client.get(reverse("sent_referrals")).content.decode()
    assert client.get(reverse("referral_receipt", args=[referral.pk])).status_code == 404


def test_a_restricted_person_is_recognised_by_exact_number_only(gp, desk):
    Patient.objects.filter(pk=desk.patient.pk).update(restricted=True)
    assert (
        desk.patient.family_name.upper() not in gp.get(reverse("refer"), {"patient": desk.patient.pk}).content.decode()
    )
    asked = {"find_number": desk.patient.nhs_number, "choose": str(desk.patient.pk)}
    assert desk.patient.family_name.upper() in gp.post(reverse("refer"), asked, follow=True).content.decode()


def test_a_record_page_lists_the_referrals_its_reader_may_see(client, desk):
    referral = desk.send()
    people.sign_in(client, "triage_clinician", at=desk.front_door.organisation)
    assert referral.reference in client.get(reverse("patient", args=[desk.patient.pk])).content.decode()


def test_the_form_costs_few_statements(gp, desk, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        gp.get(reverse("refer"))
    with django_assert_max_num_queries(7):
        gp.get(reverse("sent_referrals"))
