"""A commissioner opens everything there is to open, and comes upon no person; and asks for each known one in vain."""

import html
import re
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve

from bcf import counting
from directory.codes import OrganisationKind
from homefirst.codes import Destination
from patients.models import Patient
from referrals import actions
from referrals.models import Referral, ReferralOffer
from tests.factories import directory, patients, people
from tests.factories import homefirst_rows as rows
from tests.referrals.conftest import Desk

ROOMS = ("bcf.", "homefirst.views.planner", "directory.", "accounts.", "allauth.", "config.")
OPEN_TO_ALL = {"home", "accessibility", "about_data", "api_docs", "api_openapi"}
SIGNS_OUT = {"account_logout"}
ADDRESSED = ("href", "src", "action", "formaction", "hx-get", "data-session-over")
PEOPLE = {"Quorbert": "Zwixford", "Ixmelda": "Pfunderby", "Oloquon": "Vexleigh"}
MOST = 1500


class Ways(HTMLParser):
    """Every address that a page offers: links, fragments, and its GET forms with each of their choices."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.form: dict[str, str] | None = None
        self.action, self.select = "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.links += [given[name] for name in ADDRESSED if given.get(name)]
        if tag == "form" and given.get("method", "get") == "get":
            self.form, self.action = {}, given.get("action", "")
        elif tag == "select":
            self.select = given.get("name", "")
        elif self.form is not None and tag == "option":
            self.links.append(self.sent({self.select: given.get("value", "")}))
        elif self.form is not None and tag == "input" and given.get("name"):
            self.form[given["name"]] = given.get("value", "")
        elif self.form is not None and tag == "button" and given.get("name"):
            self.links.append(self.sent({given["name"]: given.get("value", "")}))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.form is not None:
            self.links.append(self.sent({}))
            self.form = None

    def sent(self, more: dict[str, str]) -> str:
        return f"{self.action}?{urlencode((self.form or {}) | more)}"


def kind_of(address: str) -> tuple[object, ...]:
    """Addresses that ask the same questions of areas of the same level are one kind, whatever the answers. Each metric
    is opened for the whole system; of what lies below, one metric stands for all."""
    parts = urlsplit(address)
    path = re.sub(r"[0-9a-f-]{36}", "id", re.sub(r"/live/(\w+)/[\w-]+/", r"/live/\1/slug/", parts.path))
    if not path.startswith("/figures/"):
        return (path,)
    asked = dict(parse_qsl(parts.query))
    level = asked.get("where", "").partition(".")[0]
    if level not in {"", "system"}:
        path = re.sub(r"^/figures/\w+/", "/figures/metric/", path)
    return (path, level, *sorted(asked.keys() - {"period", "known_on"}))


def crawl(client: Client, start: str = "/") -> Iterator[tuple[str, HttpResponse]]:
    waiting, seen = [start], {kind_of(start)}
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        yield address, answer
        assert len(seen) < MOST, "More kinds of page than expected: does something lead on for ever?"
        ways = Ways(answer.content.decode()).links if "html" in answer.get("Content-Type", "") else []
        for way in [*ways, answer.get("Location", "")]:
            there = urljoin(address, html.unescape(way))
            parts = urlsplit(there)
            if not way or parts.scheme or parts.netloc or parts.path.startswith("/static/"):
                continue
            if resolve(parts.path).url_name not in SIGNS_OUT and kind_of(there) not in seen:
                seen.add(kind_of(there))
                waiting.append(f"{parts.path}?{parts.query}" if parts.query else parts.path)


@pytest.fixture
def known(desk: Desk, one_transaction: None) -> list[Referral]:
    """People with names like nobody's, referred, some far along; all of it counted."""
    directory.area("elr-locality", level="locality")
    surgery, hospital = directory.practice(), directory.organisation(OrganisationKind.HOSPITAL)
    sent = []
    for given, family in PEOPLE.items():
        person = patients.patient(given_name=given, family_name=family, practice=surgery)
        sent += [desk.accepted(desk.crisis, patient=person), desk.accepted(desk.crisis, patient=person)]
        for offer in ReferralOffer.objects.filter(referral__in=sent[-2:]):
            said = {"referral_id": offer.referral_id, "offer_id": offer.pk, "by": desk.worker}
            actions.waitlist_offer(**said, hours=Decimal("3.5"))
        sent.append(desk.send(patient=person, urgency="urgent"))
        case = rows.ready_case(person, sent[-1].received_at, hospital=hospital, ward=f"Side room of {given} {family}")
        rows.decide(case, 1, Destination.USUAL_HOME, sent[-1].received_at)
    counting.count()
    return sent


def secrets(referrals: list[Referral]) -> list[str]:
    """Everything that would tell of one of these people."""
    found = [*PEOPLE, *PEOPLE.values()]
    for person in Patient.objects.all():
        number = person.nhs_number
        spaced = [
            f"{number[:3]}{gap}{number[3:6]}{gap}{number[6:]}" for gap in ("", " ", "\N{NO-BREAK SPACE}", "&nbsp;")
        ]
        found += [str(person.pk), *(spaced if number else [])]
    for referral in referrals:
        found += [str(referral.pk), referral.reference, referral.tracking_token]
    return [secret.casefold() for secret in found]


def test_nothing_that_a_commissioner_can_open_tells_of_a_person(client: Client, known: list[Referral]):
    people.sign_in(client, "commissioner")
    telling, opened = secrets(known), set()

    for address, answer in crawl(client):
        match = resolve(urlsplit(address).path)
        opened.add(match.url_name)
        assert answer.status_code in {200, 302, 405, 422}, f"{address} answered {answer.status_code}"
        assert match.func.__module__.startswith(ROOMS) or match.url_name in OPEN_TO_ALL, f"{address} is not theirs"
        whole = (answer.content.decode() + repr(answer.headers) + repr(answer.cookies)).casefold()
        assert not [secret for secret in telling if secret in whole], f"{address} tells of a person"

    assert {"figures", "figures_live", "figures_csv", "figure", "figure_csv", "figure_compare"} <= opened
    assert {"home_first_audit", "home_first_audit_csv", "unmet_by_hour", "unmet_by_hour_csv"} <= opened
    assert {"figure_compare_csv", "board_pack", "board_pack_print", "service_list", "service_page"} <= opened


def about_people(patterns=None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the rooms that know people."""
    for one in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(one.pattern)
        if not isinstance(one, URLPattern):
            yield from about_people(one.url_patterns, route)
        elif one.callback.__module__.startswith(("patients.", "referrals.", "api.")) and "<" in route:
            yield route, one


def test_asking_for_a_known_person_is_refused(client: Client, known: list[Referral]):
    people.sign_in(client, "commissioner")
    telling, referral = secrets(known), known[0]
    routes = {route for route, one in about_people() if one.name != "track"}
    assert len(routes) > 40
    for route in sorted(routes):
        for key in (referral.pk, referral.patient_id):
            path = "/" + re.sub(r"<(?:\w+:)?\w+>", str(key), route)
            for ask in (client.get, client.post):
                answer = ask(path)
                assert answer.status_code in {401, 403, 404, 405, 406, 415}, f"{path} answered {answer.status_code}"
                said = answer.content.decode().replace(str(key), "").casefold()
                assert not [secret for secret in telling if secret in said], f"{path} tells of a person"
