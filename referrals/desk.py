"""The database desk: rows locked and written with as few statements as the step allows."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.db.models import Count
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Membership
from audit.errors import NotFound
from audit.events import record_all
from audit.inserting import Inserting
from audit.models import Event
from directory.models import Capacity, Practice, Service
from patients.models import Relationship
from referrals.finishing import check_may_finish
from referrals.models import Alert, Breach, Clock, Question, Referral, ReferralOffer, Step, Transition
from referrals.querysets import StandingQuerySet
from referrals.spans import Move
from referrals.states import OFFER_TAKEN
from referrals.steps import StepInHand, Vacancy


def places_taken(service_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many referrals each service has accepted and not ended."""
    taken = ReferralOffer.objects.filter(service__in=service_ids, status__in=OFFER_TAKEN)
    return dict(taken.values_list("service").annotate(n=Count("id")))


def areas_of(referral: Referral) -> frozenset[UUID]:
    """The place, and every area of the person's practice: teams work by district or neighbourhood."""
    practice = Practice.objects.filter(organisation__registered_patients=referral.patient_id)
    areas = practice.select_related("place").first()
    return frozenset({referral.place_id} if referral.place_id else ()) | (areas.area_ids if areas else frozenset())


def team_for(service: Service, area_ids: frozenset[UUID]) -> UUID | None:
    """The service's team that covers one of these areas, else its first team."""
    teams = sorted(service.teams.all(), key=lambda team: team.name)
    covering = [team for team in teams if area_ids & {area.pk for area in team.areas.all()}]
    return next((team.pk for team in [*covering, *teams]), None)


def transitions(referral: Referral) -> StandingQuerySet:
    """What the referral and its offers went through, in order: nothing happens before it is received."""
    return Transition.objects.filter(referral=referral, at__gte=referral.received_at).order_by("id")


def _insert(row: models.Model) -> bool:
    """Write a row that another worker may be writing too; False when it was quicker."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


class DatabaseDesk:
    """Reads and writes rows. The referral's lock covers its offers, clocks and history."""

    def atomic(self) -> AbstractContextManager[Any]:
        """One transaction, or a savepoint of the one that runs."""
        return transaction.atomic()

    def identity(self) -> dict[str, Any]:
        """What names a new referral: the model's own defaults."""
        return {}

    def lock(self, referral_id: UUID, by: Actor) -> Referral:
        """The referral, locked until the transaction ends; NotFound when the actor may not see it."""
        referral = (
            Referral.objects.visible_to(by)
            .select_related("point_of_access", "service")
            .select_for_update(of=("self",))
            .filter(pk=referral_id)
            .first()
        )
        if referral is None:
            raise NotFound("There is no such referral, or you cannot see it.")
        return referral

    def offers(self, referral: Referral) -> list[ReferralOffer]:
        return list(referral.offers.select_related("service").order_by("requested_at", "id"))

    def moves(self, referral: Referral) -> list[Move]:
        rows = transitions(referral).standing()
        return [Move(*row) for row in rows.values_list("from_status", "to_status", "at", "offer_id")]

    def clocks(self, referral: Referral) -> list[Clock]:
        return list(Clock.objects.filter(referral=referral))

    def last_step(self, referral: Referral) -> Step | None:
        """The newest step, an undo step included."""
        last = Step.objects.filter(referral=referral).order_by("-version").first()
        if last is not None:
            last.referral = referral
        return last

    def transitions_of(self, step: Step) -> list[Transition]:
        return list(transitions(step.referral).filter(step=step))

    def open_question(self, referral: Referral) -> Question | None:
        return Question.objects.filter(referral=referral, answer=None).standing().order_by("-asked_at").first()

    def vacancies(self, service_ids: Sequence[UUID], referral: Referral, at: datetime) -> list[Vacancy]:
        """In the order asked for; NotFound when one does not exist."""
        day = timezone.localdate(at)
        services = Service.objects.prefetch_related("teams__areas").in_bulk(list(service_ids))
        places = Capacity.objects.filter(service__in=service_ids).places_on(day)
        taken, areas = places_taken(service_ids), areas_of(referral)
        if missing := set(service_ids) - set(services):
            raise NotFound("There is no such service.", missing=[str(pk) for pk in missing])
        return [
            Vacancy(
                services[pk],
                team_for(services[pk], areas),
                places.get(pk),
                places[pk] - taken.get(pk, 0) if pk in places else None,
            )
            for pk in service_ids
        ]

    def hold_places(self, service_id: UUID) -> None:
        """Keep others from this service's places until the transaction ends."""
        Service.objects.select_for_update().get(pk=service_id)

    def works_at(self, user_id: UUID, organisation_id: UUID) -> bool:
        return Membership.objects.filter(user=user_id, organisation=organisation_id, valid_to=None).exists()

    def check_may_finish(self, referral: Referral, by: Actor, outcome: str, at: datetime) -> None:
        """Other rooms may want something done first."""
        check_may_finish(referral, by, outcome, at)

    def other(self, referral_id: UUID, referral: Referral, by: Actor) -> Referral | None:
        """Another referral that the actor may see; None when there is none."""
        return Referral.objects.visible_to(by).filter(pk=referral_id).exclude(pk=referral.pk).first()

    def same_person(self, referral: Referral, other: Referral) -> bool:
        in_use = referral.patient.merged_into_id or referral.patient_id
        return Referral.objects.of_person(in_use).filter(pk=other.pk).exists()

    def warn(self, clock: Clock, at: datetime) -> bool:
        """Note that a running clock was told of; False when it was before."""
        return bool(Clock.objects.filter(pk=clock.pk, warned_at=None, stopped_at=None).update(warned_at=at))

    def add_breach(self, breach: Breach) -> bool:
        return not Breach.objects.filter(clock=breach.clock_id).exists() and _insert(breach)

    def add_alert(self, alert: Alert) -> bool:
        known = Alert.objects.filter(clock=alert.clock_id, step=alert.step)
        return not known.exists() and _insert(alert)

    def escalated(self, referral: Referral, step: int) -> None:
        """Keep the highest step of escalation that was reached."""
        Referral.objects.filter(pk=referral.pk, escalation__lt=step).update(escalation=step)

    def alert(self, alert_id: UUID, organisation_id: UUID | None) -> Alert | None:
        return Alert.objects.select_for_update().filter(pk=alert_id, organisation=organisation_id).first()

    def breach(self, breach_id: UUID, organisation_id: UUID | None) -> Breach | None:
        here = Breach.objects.filter(referral__point_of_access__organisation=organisation_id)
        return here.select_for_update(of=("self",)).filter(pk=breach_id).first()

    def change(self, row: models.Model, **columns: Any) -> None:
        """Set columns of a row that no step covers."""
        for name, value in columns.items():
            setattr(row, name, value)
        row.save(update_fields=list(columns))

    def tell(self, told: Event) -> None:
        record_all([told])

    def write(self, step: StepInHand) -> None:
        """Everything the step changed, in an order that the foreign keys accept."""
        inserting = Inserting()
        self.leave(step, inserting)
        inserting.run()

    def leave(self, step: StepInHand, inserting: Inserting) -> None:
        """Change the rows that are there, and leave the new ones to be written."""
        if step.created:
            inserting.add([step.referral])
        else:
            step.referral.save(force_update=True)
        stored = [clock for clock in step.clocks if not clock._state.adding]
        for changed in (*step.changed_offers.values(), *stored):
            changed.save(force_update=True)
        inserting.add(step.new_offers)
        inserting.add([step.step])
        inserting.add(step.transitions)
        inserting.add(clock for clock in step.clocks if clock._state.adding)
        for model, rows in _by_model(step.rows).items():
            inserting.add(rows, ignore_conflicts=model is Relationship)
        inserting.add(step.events)


def _by_model(rows: list[models.Model]) -> dict[type[models.Model], list[models.Model]]:
    found: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for row in rows:
        found[type(row)].append(row)
    return found


class TransactionDesk(DatabaseDesk):
    """For one step that is all of a transaction which its caller holds, gives up when the step fails, and ends by
    writing the new rows."""

    def __init__(self, rows: Inserting) -> None:
        self.rows = rows

    def atomic(self) -> AbstractContextManager[Any]:
        """No savepoint: nobody would go back to it."""
        return nullcontext()

    def write(self, step: StepInHand) -> None:
        self.leave(step, self.rows)


DATABASE = DatabaseDesk()
