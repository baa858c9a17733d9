"""Packages of care, wanted and running: 300 people who were referred lately, in every state a package can have."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.actors import Actor
from audit.events import Kind, event, record_all
from audit.models import Event
from directory.codes import OrganisationKind
from directory.models import Organisation
from homefirst.actions import packages as finding
from homefirst.codes import PackageAnswer
from homefirst.lots import lot_of
from homefirst.models import Act, CarePackage, Lot, LotContract, PackageReview, ProviderAnswer
from homefirst.states import PACKAGE_EVENTS, PackageStatus
from patients.models import Patient, Relationship
from referrals.models import Referral
from synthetic.staff import SYNTHETIC

if TYPE_CHECKING:
    from synthetic.home_first import Scene

HOW_MANY = 300
BY_ACTION = 4
LOOKED_AT = 4000
OLD_ENOUGH = timedelta(days=65 * 365)
STATES = {
    PackageStatus.WANTED: 32,
    PackageStatus.OFFERED: 14,
    PackageStatus.ACTIVE: 150,
    PackageStatus.ENDED: 84,
    PackageStatus.CANCELLED: 20,
}
HOURS = (3.5, 7, 7, 10.5, 14, 14, 17.5, 21, 28)
ENDS = ("Can do without.", "Moved to live with family.", "Moved to a care home.", "Has died.")
DROPPED = ("Family will help.", "Stayed in hospital.", "Went to a care home.")


@dataclass
class Rows:
    """What is written at the end, in few statements."""

    packages: list[CarePackage] = field(default_factory=list)
    answers: list[ProviderAnswer] = field(default_factory=list)
    reviews: list[PackageReview] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    relations: set[tuple[Any, Any]] = field(default_factory=set)

    def act(self, package: CarePackage, verb: str, by: Actor, at: datetime, to: str = "", **data: Any) -> None:
        """One more act; with `to` it moves the package there and tells of it."""
        before = package.status if to else ""
        package.version += 1
        package.updated_at = at
        package.status = to or package.status
        about = {"patient_id": package.patient_id, "from_status": before, "to_status": to}
        self.acts.append(Act.of(package, verb, by=by, at=at, **about))
        if to:
            self.tell(PACKAGE_EVENTS[PackageStatus(to)], package, by, at, **data)

    def tell(self, kind: Kind, package: CarePackage, by: Actor, at: datetime, **data: Any) -> None:
        """The event that belongs to an act."""
        self.events.append(event(kind, by=by, subject=package, patient_id=package.patient_id, at=at, **data))

    def write(self) -> None:
        """Everything, packages first."""
        for model, rows in (
            (CarePackage, self.packages),
            (ProviderAnswer, self.answers),
            (PackageReview, self.reviews),
            (Act, self.acts),
        ):
            model.objects.bulk_create(rows, batch_size=1000)
        record_all(sorted(self.events, key=lambda told: told.occurred_at))
        Relationship.objects.bulk_create(
            (
                Relationship(patient_id=patient, organisation_id=organisation, kind=Relationship.Kind.CARE)
                for patient, organisation in sorted(self.relations, key=str)
            ),
            ignore_conflicts=True,
        )


class Market:
    """Lots, who holds them, and who finds care for each council."""

    def __init__(self, scene: "Scene") -> None:
        self.scene, self.rows = scene, Rows()
        self.lots = {one.pk: one for one in Lot.objects.all()}
        self.holders = {one.lot_id: one.provider for one in LotContract.objects.in_force().select_related("provider")}
        homes = Organisation.objects.in_force().of_kind(OrganisationKind.HOME_CARE)
        self.providers = list(homes.order_by("name"))
        brokers = scene.staff.by_role.get("broker", [])
        self.brokers = {one.organisation_id: one for one in brokers}

    def broker(self, lot: Lot) -> Actor:
        """Whoever finds care for the lot's council."""
        return self.brokers.get(lot.council_id) or next(iter(self.brokers.values()), SYNTHETIC)

    def provider(self, lot: Lot) -> Organisation:
        """The lot's own, else one of those who would come."""
        return self.holders.get(lot.pk) or self.scene.dice.choice(self.providers)

    def at(self, day: date, hour: int = 10) -> datetime:
        """A working hour of a day that has come."""
        return min(timezone.make_aware(datetime.combine(day, time(hour))), self.scene.now)


def fill(scene: "Scene") -> None:
    """Make them."""
    market = Market(scene)
    if not market.lots or not market.providers:
        return
    people = list(_people(scene))
    states = [state for state, many in STATES.items() for _ in range(many)]
    scene.dice.shuffle(states)
    for patient, state in zip(people[BY_ACTION:], states[: HOW_MANY - BY_ACTION], strict=False):
        lot = lot_of(patient)
        if lot is not None:
            _package(market, patient, lot, state)
    market.rows.write()
    for patient in people[:BY_ACTION]:
        _by_action(market, patient)


def _people(scene: "Scene") -> Iterator[Patient]:
    """Older people who were referred lately, each once."""
    latest = Referral.objects.order_by("-received_at", "-id").values_list("patient", flat=True)[:LOOKED_AT]
    known = list(dict.fromkeys(latest))
    born = timezone.localdate(scene.now) - OLD_ENOUGH
    rows = Patient.objects.filter(
        pk__in=known, merged_into=None, restricted=False, deceased_at=None, date_of_birth__lte=born
    ).select_related("practice__practice")
    found = {one.pk: one for one in rows}
    ordered = [found[pk] for pk in known if pk in found]
    yield from ordered[: HOW_MANY + BY_ACTION]


def _package(market: Market, patient: Patient, lot: Lot, state: str) -> None:
    dice, today = market.scene.dice, timezone.localdate(market.scene.now)
    usual = (10, 30) if state == PackageStatus.ACTIVE and dice.yes(0.25) else (20, 500)
    ago = {PackageStatus.WANTED: (0, 20), PackageStatus.OFFERED: (2, 10)}.get(PackageStatus(state), usual)
    wanted = today - timedelta(days=dice.randint(*ago))
    made = market.at(wanted, 9)
    package = CarePackage(
        version=0, created_at=made, updated_at=made, status="", patient=patient, lot=lot, place_id=lot.place_id,
        hours_a_week=Decimal(dice.choice(HOURS)), visits_a_day=dice.randint(1, 4),
        carers_a_visit=2 if dice.yes(0.2) else 1, wanted_from=wanted,
    )  # fmt: skip
    rows, broker = market.rows, market.broker(lot)
    rows.packages.append(package)
    rows.relations.add((patient.pk, lot.council_id))
    rows.act(package, "ask", broker, made, PackageStatus.WANTED, lot=lot.slug, hours=str(package.hours_a_week))
    if state == PackageStatus.WANTED:
        _search(market, package, broker, made)
    elif state == PackageStatus.CANCELLED:
        package.end_reason = dice.choice(DROPPED)
        rows.act(package, "cancel", broker, market.at(wanted + timedelta(days=2)), PackageStatus.CANCELLED)
    else:
        _provided(market, package, broker, state)


def _search(market: Market, package: CarePackage, broker: Actor, made: datetime) -> None:
    """Some not asked yet, some asked, some refused hours, a few with an offer that nobody has chosen yet."""
    dice, rows = market.scene.dice, market.rows
    if dice.yes(0.15):
        return
    holder = market.holders.get(package.lot_id)
    everybody = holder is None or dice.yes(0.5)
    asked = market.providers if everybody else [holder]
    at = min(made + timedelta(minutes=40), market.scene.now)
    rows.act(package, "ask_providers", broker, at)
    rows.tell(Kind.PACKAGE_ASKED, package, broker, at, providers=[str(one.pk) for one in asked])
    for provider in asked:
        said = dice.pick({"": 3, "no_hours": 5, "offer": 1, "part": 1})
        _answer(market, package, provider, said, at)


def _answer(market: Market, package: CarePackage, provider: Organisation, said: str, at: datetime) -> ProviderAnswer:
    offers = said in {PackageAnswer.OFFER, PackageAnswer.PART}
    half = (package.hours_a_week / 2).quantize(Decimal("0.1"))
    when = min(at + timedelta(hours=3), market.scene.now)
    given = ProviderAnswer(
        package=package, provider=provider, asked_at=at, answer=said, answered_at=when if said else None,
        hours=(half if said == PackageAnswer.PART else package.hours_a_week) if offers else None,
        can_start=timezone.localdate(when) + timedelta(days=2) if offers else None,
    )  # fmt: skip
    market.rows.answers.append(given)
    if said:
        by = market.scene.staff.by_role.get("care_provider", [])
        actor = next((one for one in by if one.organisation_id == provider.pk), SYNTHETIC)
        market.rows.act(package, "answer", actor, when)
        market.rows.tell(
            Kind.PACKAGE_ANSWERED, package, actor, when, provider=str(provider.pk), answer=said, lot=package.lot.slug
        )
    return given


def _provided(market: Market, package: CarePackage, broker: Actor, state: str) -> None:
    """A provider was chosen; care may have started, been reviewed and ended."""
    rows, provider = market.rows, market.provider(package.lot)
    at = min(package.created_at + timedelta(minutes=40), market.scene.now)
    rows.act(package, "ask_providers", broker, at)
    _answer(market, package, provider, PackageAnswer.OFFER, at)
    package.provider = provider
    rows.relations.add((package.patient_id, provider.pk))
    chosen = min(at + timedelta(hours=4), market.scene.now)
    rows.act(package, "choose", broker, chosen, PackageStatus.OFFERED, provider=str(provider.pk))
    if state != PackageStatus.OFFERED:
        _started(market, package, broker, state)


def _started(market: Market, package: CarePackage, broker: Actor, state: str) -> None:
    rows, dice, today = market.rows, market.scene.dice, timezone.localdate(market.scene.now)
    waited = dice.randint(1, 9)
    package.started_on = package.wanted_from + timedelta(days=waited)
    rows.act(package, "start", broker, market.at(package.started_on), PackageStatus.ACTIVE, days_waited=waited)
    package.review_due = package.started_on + timedelta(weeks=6)
    ends = state == PackageStatus.ENDED
    until = min(package.started_on + timedelta(days=dice.randint(10, 400)), today) if ends else today
    while broker.is_person and package.review_due <= until and dice.yes(0.85):
        _review(market, package, broker)
    if ends:
        package.ended_on, package.end_reason, package.review_due = until, dice.choice(ENDS), None
        at = max(market.at(until), package.updated_at)
        rows.act(package, "end", broker, at, PackageStatus.ENDED, hours=str(package.hours_a_week))


def _review(market: Market, package: CarePackage, broker: Actor) -> None:
    """The first review, which releases hours of two in three."""
    before, on = package.hours_a_week, package.review_due
    after = max(Decimal(2), before - Decimal(market.scene.dice.choice((0, 3.5, 3.5, 7, 7, -3.5))))
    market.rows.reviews.append(
        PackageReview(package=package, on=on, hours_before=before, hours_after=after, by_id=broker.id)
    )
    package.hours_a_week, package.review_due = after, on + timedelta(weeks=26)
    at = market.at(on)
    market.rows.act(package, "review", broker, at)
    market.rows.tell(
        Kind.PACKAGE_REVIEWED, package, broker, at, hours_before=str(before), hours_after=str(after),
        lot=str(package.lot_id),
    )  # fmt: skip


def _by_action(market: Market, patient: Patient) -> None:
    """A few by the portal's own actions."""
    lot = lot_of(patient)
    if lot is None:
        return
    broker = market.broker(lot)
    Relationship.objects.get_or_create(
        patient=patient, organisation_id=broker.organisation_id or lot.council_id, kind=Relationship.Kind.CARE
    )
    package = finding.ask_for_package(
        patient_id=patient.pk,
        by=broker,
        hours_a_week=Decimal(14),
        visits_a_day=2,
        wanted_from=timezone.localdate(market.scene.now),
    )
    finding.ask_providers(package_id=package.pk, by=broker)
