"""Packages of care as brokers, hubs and providers see them: a provider knows who it is only once it is chosen."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.utils import timezone

from accounts.actors import Actor
from accounts.roles import Permission
from homefirst.codes import PackageAnswer
from homefirst.models import Act, CarePackage, ProviderAnswer
from homefirst.opened import Opened
from homefirst.policies.packages import may_know_who
from homefirst.presenters.people import PersonLine, due_words, hours
from homefirst.reading_packages import Unfilled
from homefirst.states import PackageStatus
from pages import words
from pages.charts import CountChart, CountRow, Unit, count_chart
from patients.models import BreakGlass
from referrals.presenters.lists import RESTRICTED

COLOURS = {
    PackageStatus.WANTED: "orange",
    PackageStatus.OFFERED: "aqua-green",
    PackageStatus.ACTIVE: "green",
    PackageStatus.ENDED: "white",
    PackageStatus.CANCELLED: "grey",
}
ANSWERS = {"": "blue", "offer": "green", "part": "aqua-green", "no_hours": "yellow"}
LONG_WAIT_DAYS = 7
BANDS = ((65, "under 65"), (75, "65 to 74"), (85, "75 to 84"))
MOST_SERIES = 4


def age_band(born: date | None, today: date) -> str:
    """An age so coarse that it points at nobody."""
    if born is None:
        return "age not known"
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return next((band for limit, band in BANDS if years < limit), "85 and over")


def outward(postcode: str) -> str:
    """The first half of a postcode: LE10 of LE10 1AB."""
    tidy = "".join(postcode.split()).upper()
    return tidy[:-3] if len(tidy) > 4 else tidy


def needs(row: dict[str, Any]) -> str:
    """What is needed, in one line."""
    visits = words.count(row["visits_a_day"], "visit")
    carers = words.count(row["carers_a_visit"], "carer")
    return f"{hours(row['hours_a_week'])} hours a week, {visits} a day, {carers} each"


class PackageLine(PersonLine):
    """A line of a broker's list."""

    @property
    def needs(self) -> str:
        return needs(self.row)

    @property
    def wait(self) -> str:
        """How long nobody has come, from the day wanted; or when they would."""
        days = (self.today - self.row["wanted_from"]).days
        if days < 0:
            return f"Wanted {due_words(self.row['wanted_from'], self.today)}"
        return f"Waits {words.count(days, 'day')}" if days else "Wanted today"

    @property
    def is_long(self) -> bool:
        return (self.today - self.row["wanted_from"]).days >= LONG_WAIT_DAYS

    @property
    def answers(self) -> str:
        """How many were asked, and what they said."""
        if not self.row["asked"]:
            return "Nobody asked yet"
        said = [f"{self.row['asked']} asked", words.count(self.row["offers"], "offer").lower()]
        return ", ".join([*said, f"{self.row['no_hours']} without hours"] if self.row["no_hours"] else said)

    @property
    def status(self) -> str:
        return PackageStatus(self.row["status"]).label

    @property
    def colour(self) -> str:
        return COLOURS[PackageStatus(self.row["status"])]

    @property
    def review(self) -> str:
        due = self.row["review_due"]
        return f"{words.short_date(due)}, {due_words(due, self.today)}" if due else ""

    @property
    def is_late(self) -> bool:
        return self.row["review_due"] is not None and self.row["review_due"] < self.today


class RequestLine(PackageLine):
    """A line of a provider's list."""

    def __init__(self, row: dict[str, Any], today: date, actor: Actor) -> None:
        super().__init__(row, today)
        self.is_mine = row["provider_id"] == actor.organisation_id

    @property
    def who(self) -> str:
        """The person's name once this provider is chosen; before, where and how old, roughly. Of a restricted record
        neither: the provider that was chosen finds the name on the package's own page, where every look is logged."""
        if self.is_mine or self.is_sealed:
            return self.name
        where = outward(self.row["postcode"]) or "Postcode not known"
        return f"{where}, {age_band(self.row['date_of_birth'], self.today)}"

    @property
    def answer(self) -> str:
        return PackageAnswer(self.row["my_answer"]).label if self.row["my_answer"] else "Not answered"

    @property
    def answer_colour(self) -> str:
        return ANSWERS[self.row["my_answer"] or ""]


class PackageFile(Opened):
    """One package as one actor has it open."""

    model = CarePackage
    related = (
        "patient__practice", "patient__merged_into__practice", "lot", "place", "provider", "case", "rest_of",
    )  # fmt: skip
    noun, what = "package of care", "package of care"

    @property
    def package(self) -> CarePackage:
        return self.row

    @property
    def is_provider(self) -> bool:
        return self.actor.can(Permission.PROVIDE)

    @property
    def page(self) -> str:
        return "package_request" if self.is_provider else "package"

    @property
    def heading(self) -> str:
        return f"Package {self.package.reference}"

    @property
    def knows_who(self) -> bool:
        """A provider that was not chosen knows nobody's name."""
        return may_know_who(self.actor, self.package)

    @cached_property
    def opened(self) -> BreakGlass | bool | None:
        """A provider that was chosen comes to the house, and must know to whom, without a reason of its own."""
        return self.is_provider or super().opened

    @cached_property
    def acts(self) -> list[Act]:
        """What everybody did, newest first; a provider is not told what others do."""
        return [] if self.is_provider else super().acts

    @property
    def status_words(self) -> str:
        return PackageStatus(self.package.status).label

    @property
    def colour(self) -> str:
        return COLOURS[PackageStatus(self.package.status)]

    @property
    def needs(self) -> str:
        columns = ("hours_a_week", "visits_a_day", "carers_a_visit")
        return needs({name: getattr(self.package, name) for name in columns})

    @property
    def where(self) -> str:
        """What a provider that is not chosen may know; of a restricted record nothing but the lot."""
        patient = self.package.patient
        if self.person.restricted:
            return RESTRICTED
        return f"{outward(patient.postcode) or 'Postcode not known'}, {age_band(patient.date_of_birth, self.today)}"

    @cached_property
    def answers(self) -> list[ProviderAnswer]:
        """What providers said, offers first."""
        order = {"offer": 0, "part": 1, "": 2, "no_hours": 3}
        rows = self.package.answers.select_related("provider")
        return sorted(rows, key=lambda one: (order[one.answer], one.asked_at))

    @cached_property
    def my_answer(self) -> ProviderAnswer | None:
        return self.package.answers.filter(provider=self.actor.organisation_id).first()

    @cached_property
    def reviews(self) -> list[Any]:
        """The newest first, each with what it released."""
        rows = self.package.reviews.select_related("by").order_by("-on", "-id")
        return [{"row": one, "released": one.hours_before - one.hours_after} for one in rows]

    @property
    def released(self) -> str:
        """Hours a week that reviews gave back."""
        total = sum(one["released"] for one in self.reviews)
        return hours(total) if total > 0 else ""


def unfilled_chart(days: Sequence[Unfilled], csv_href: str = "") -> CountChart:
    """Hours a week that nobody gives yet, by place and day."""
    places = sorted(days[-1].by_place)[:MOST_SERIES] if days else []
    total = sum(days[-1].by_place.values()) if days else 0
    first = sum(days[0].by_place.values()) if days else 0
    return count_chart(
        key="unfilled",
        title="Hours a week without care yet",
        series=places or ["Hours"],
        rows=[
            CountRow(label=words.short_date(one.day), values=tuple(float(one.by_place[place]) for place in places))
            for one in days
            if places
        ],
        sentence=f"{hours(total)} hours a week wait for care today, {hours(first)} two weeks ago."
        if places
        else "No hours have waited for care in the last two weeks.",
        source="Packages of care that you may see, from the day they are wanted until care starts.",
        known_at=timezone.now(),
        shape="lines",
        unit=Unit.HOURS,
        first="Day",
        csv_href=csv_href,
    )
