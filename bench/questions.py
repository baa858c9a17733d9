"""The questions that are asked all day: pages as people open them, the partner door, the timetable's own."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.actors import ESCALATION
from bcf import counting
from bench.boards import BOARDS
from homefirst import following as home_first
from patients.models import Patient
from referrals import watch
from referrals.models import Referral

FIGURE = "crisis_reached"
API_CLIENT = "demo-hospital"
LIST = "/api/v1/referrals"


@dataclass(frozen=True)
class Question:
    """Something that somebody asks, and how."""

    title: str
    where: str
    ask: Callable[[], Any]


class Desk:
    """People who are signed in, a partner's system with a token, and somebody with referrals to ask about."""

    def __init__(self) -> None:
        listed = json.loads((settings.VAR_DIR / "demo.json").read_text())
        self.people, self.clients = listed["people"], listed["clients"]
        self.browsers: dict[str, Client] = {}
        self.token = self._token()
        referral = self._some_referral()
        self.referral, self.patient = referral.pk, Patient.objects.visible_to(ESCALATION).get(pk=referral.patient_id)

    def _some_referral(self) -> Referral:
        """An open one of somebody with a verified number, which everybody here may see."""
        found = Referral.objects.visible_to(ESCALATION).open().filter(patient__nhs_number_status="01")
        ours = found.filter(patient__restricted=False, point_of_access__organisation__ods_code="RT5")
        return ours.order_by("-received_at")[:50][20]

    def page(self, who: str, path: str) -> Callable[[], None]:
        """Open a page as somebody in this role, or with this address."""

        def ask() -> None:
            answer = self._browser(who).get(path, secure=True)
            if answer.status_code != 200:
                raise LookupError(f"{path} answered {answer.status_code} to {who}.")

        return ask

    def api(self, path: str) -> Callable[[], Any]:
        """Ask the partner door."""

        def ask() -> Any:
            answer = Client(HTTP_HOST="localhost").get(path, secure=True, headers={"Authorization": self.token})
            if answer.status_code != 200:
                raise LookupError(f"{path} answered {answer.status_code}: {answer.content[:300]!r}")
            return answer.json()

        return ask

    def search(self, **typed: str) -> Callable[[], None]:
        """Type into the search form and read what it finds."""

        def ask() -> None:
            browser = self._browser("triage_clinician")
            answer = browser.post("/patients/", typed, secure=True)
            browser.get(answer["Location"], secure=True)

        return ask

    def _browser(self, who: str) -> Client:
        if who not in self.browsers:
            entry = next(one for one in self.people if who in (one["role"], one["email"]))
            browser = self.browsers[who] = Client(HTTP_HOST="localhost")
            form = {"login": entry["email"], "password": entry["password"]}
            browser.post("/accounts/login/", form, secure=True)
        return self.browsers[who]

    def _token(self) -> str:
        entry = next(one for one in self.clients if one["client_id"] == API_CLIENT)
        form = {name: entry[name] for name in ("client_id", "client_secret")} | {"grant_type": "client_credentials"}
        kind = "application/x-www-form-urlencoded"
        answer = Client(HTTP_HOST="localhost").post("/oauth2/token", urlencode(form), content_type=kind, secure=True)
        return f"Bearer {answer.json()['access_token']}"


def questions() -> Iterator[Question]:
    """Everything, in the order of the page."""
    desk = Desk()
    yield from _lists(desk)
    yield from _home_first(desk)
    yield from _people(desk)
    yield from _partners(desk)
    yield from _figures(desk)
    yield from _timetable()


def _lists(desk: Desk) -> Iterator[Question]:
    yield Question("Triage worklist", "/worklist/", desk.page("triage_clinician", "/worklist/"))
    yield Question("Clinician’s home", "/", desk.page("triage_clinician", "/"))
    yield Question("Referrals sent", "/sent/", desk.page("referrer", "/sent/"))
    yield Question("A team’s list", "/team/", desk.page("service_lead", "/team/"))
    yield Question("Alerts", "/alerts/", desk.page("shift_lead", "/alerts/"))
    path = f"/referrals/{desk.referral}/"
    yield Question("One referral", "/referrals/…/", desk.page("triage_clinician", path))


def _home_first(desk: Desk) -> Iterator[Question]:
    for board in BOARDS:
        yield Question(board.title, board.path, desk.page(board.email, board.path))


def _people(desk: Desk) -> Iterator[Question]:
    person = desk.patient
    both = f"{person.given_name} {person.family_name}"
    born = {f"date_of_birth_{part}": str(getattr(person.date_of_birth, part)) for part in ("day", "month", "year")}
    yield Question("A person by NHS number", "/patients/", desk.search(nhs_number=person.nhs_number))
    yield Question("A person by both names", "/patients/", desk.search(name=both))
    yield Question("A person by name and birth", "/patients/", desk.search(name=person.family_name, **born))
    path = f"/patients/{person.pk}/"
    yield Question("A person’s record", "/patients/…/", desk.page("triage_clinician", path))
    seen = f"/governance/patients/{person.pk}/"
    yield Question("Who looked at a record", "/governance/patients/…/", desk.page("caldicott_guardian", seen))


def _partners(desk: Desk) -> Iterator[Question]:
    first = desk.api(f"{LIST}?limit=50")()
    yield Question("List of referrals (API)", LIST, desk.api(f"{LIST}?limit=50"))
    if first["next"]:
        yield Question("Its second page (API)", f"{LIST}?cursor=…", desk.api(first["next"]))
    since = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    yield Question(
        "Changed since yesterday (API)", f"{LIST}?updated_since=…", desk.api(f"{LIST}?updated_since={since}")
    )
    number = f"{LIST}?nhs_number={desk.patient.nhs_number}"
    yield Question("Referrals of a number (API)", f"{LIST}?nhs_number=…", desk.api(number))
    yield Question("One referral (API)", f"{LIST}/…", desk.api(f"{LIST}/{first['items'][0]['id']}"))


def _figures(desk: Desk) -> Iterator[Question]:
    yield Question("Dashboard", "/figures/", desk.page("commissioner", "/figures/"))
    yield Question("One metric", "/figures/…/", desk.page("commissioner", f"/figures/{FIGURE}/"))
    compare = f"/figures/{FIGURE}/compare/?level=neighbourhood"
    yield Question("Neighbourhoods compared", "/figures/…/compare/", desk.page("commissioner", compare))
    yield Question("Reading new events", "bcf.tasks.count", counting.follow)


def _timetable() -> Iterator[Question]:
    now = timezone.now()
    asked = {
        "Clocks near their end": lambda: list(watch.near(now)),
        "Clocks that ran out": lambda: list(watch.breached(now)),
        "Escalations that are due": lambda: list(watch.due_escalations(now)),
        "Offers without an answer": lambda: list(watch.unanswered_offers(now)),
        "Questions without an answer": lambda: watch.expire_questions(by=ESCALATION, now=now),
        "Places that came free": lambda: watch.fill_places(by=ESCALATION),
        "People who have died": lambda: watch.follow_deaths(by=ESCALATION),
    }
    for title, ask in asked.items():
        yield Question(title, "referrals.tasks", ask)
    follow = partial(home_first.keep_up, now, home_first.LATELY)
    yield Question("Home First follows referrals", "homefirst.tasks", follow)
