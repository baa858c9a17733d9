"""Questions asked of Home First; every page and endpoint starts from visible_to(actor).

What belongs to a person is opened by those who may open that person's record and whose role has to do with it. Lists
start from listed_for(actor), which holds restricted people too, without a name, for those who take part: so nobody is
lost, and nobody else is told by a new line where one of the few restricted people is (docs/adr/0022).
What belongs to no person (rota, wards, beds, proposals) is seen by role and organisation.
"""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.actors import Actor
from accounts.roles import Permission
from directory.effective import InForceQuerySet
from homefirst import parts
from homefirst.states import SpellKind
from patients.models import Patient


class PersonalQuerySet(models.QuerySet[Any]):
    """Rows about one person, in the column named by `person`."""

    person = "patient"
    doors: tuple[Permission, ...] = ()

    def visible_to(self, actor: Actor) -> Self:
        """Of people whose record the actor may open, to roles that have to do with it."""
        return self._of(Patient.objects.visible_to(actor), actor)

    def related_to(self, actor: Actor, at: datetime | None = None) -> Self:
        """As visible_to, with restricted people: to say that somebody is there, and sealed until a reason is given."""
        return self._of(Patient.objects.related_to(actor, at), actor)

    def listed_for(self, actor: Actor, at: datetime | None = None) -> Self:
        """What lists and counts hold, on pages and for partners: as related_to, but of a restricted person only what
        the actor takes part in, or has opened with a reason that holds now, or at a moment."""
        found = self.related_to(actor, at)
        if actor.is_system:
            return found
        anybody = Q(**{f"{self.person}__restricted": False})
        return found.filter(anybody | self.part_of(actor) | parts.opened(actor, self.person, at))

    def part_of(self, actor: Actor) -> Q:
        """What the actor takes part in."""
        raise NotImplementedError

    def _of(self, people: models.QuerySet[Patient], actor: Actor) -> Self:
        if actor.is_system:
            return self.all()
        if not any(actor.can(door) for door in self.doors):
            return self.none()
        return self.filter(**{f"{self.person}__in": people.values("pk")})

    def lock(self) -> Self:
        """Keep others from these rows until the transaction ends."""
        return self.select_for_update(of=("self",))


class CrisisQuerySet(PersonalQuerySet):
    """Crisis episodes of people that the actor has to do with; a restricted one is there, and sealed on the page."""

    doors = (Permission.RESPOND, Permission.VIEW_WORKLIST)

    def part_of(self, actor: Actor) -> Q:
        """The team, its service, both ends of the referral, and whoever comes at night."""
        return parts.in_support(actor) | Q(night_cover__organisation=actor.organisation_id)

    def visible_to(self, actor: Actor) -> Self:
        """Of people whose record the actor may open, or could with a reason, to roles that have to do with it."""
        return self.related_to(actor)

    def running(self) -> Self:
        return self.filter(closed_at=None)

    def of_teams(self, actor: Actor) -> Self:
        """Of the actor's own teams (or, of no team, organisation), and those sent on by their point of access."""
        ours = Q(team__in=actor.team_ids) | Q(team=None, service__organisation=actor.organisation_id)
        seen = ours if actor.can(Permission.RESPOND) else Q(pk__in=[])
        if actor.can(Permission.VIEW_WORKLIST):
            seen |= Q(referral__point_of_access__organisation=actor.organisation_id)
        return self.filter(seen)


class ReablementQuerySet(PersonalQuerySet):
    """Reablement episodes."""

    doors = (Permission.RESPOND, Permission.DECIDE_DISCHARGE)

    def part_of(self, actor: Actor) -> Q:
        """The team, its service, both ends of the referral, and the hub that they came home by."""
        return parts.in_support(actor) | Q(discharge__hub__organisation=actor.organisation_id)

    def running(self) -> Self:
        return self.filter(ended_at=None)

    def of_teams(self, actor: Actor) -> Self:
        """Of the actor's own teams."""
        return self.filter(team__in=actor.team_ids)


class FollowUpQuerySet(PersonalQuerySet):
    """91-day follow-ups."""

    doors = (Permission.RESPOND,)

    def part_of(self, actor: Actor) -> Q:
        """The team, and the service of the episode."""
        return Q(team__in=actor.team_ids) | Q(episode__service__organisation=actor.organisation_id)

    def standing(self) -> Self:
        """Of episodes that were not taken back."""
        return self.exclude(episode__status="void")

    def to_do(self) -> Self:
        """Nobody knows yet."""
        return self.standing().filter(outcome="")


class CaseQuerySet(PersonalQuerySet):
    """Discharge cases."""

    doors = (Permission.DISCHARGE, Permission.DECIDE_DISCHARGE, Permission.DO_TASKS)

    def part_of(self, actor: Actor) -> Q:
        """Hospital, hub, council, owners of tasks and hours, and whoever leads the case."""
        return parts.in_case(actor)

    def open(self) -> Self:
        return self.filter(closed_at=None)


class TaskQuerySet(PersonalQuerySet):
    """Discharge tasks."""

    person = "case__patient"
    doors = CaseQuerySet.doors

    def part_of(self, actor: Actor) -> Q:
        """Whoever takes part in the case: the owner of a task does."""
        return parts.in_case_of(actor)

    def to_do(self) -> Self:
        return self.filter(done_at=None, cancelled_at=None)

    def of_organisation(self, actor: Actor) -> Self:
        """Owned by the actor's organisation."""
        return self.filter(organisation=actor.organisation_id)


class DelayQuerySet(PersonalQuerySet):
    """Hours of waiting and who owns them."""

    person = "case__patient"
    doors = CaseQuerySet.doors

    def part_of(self, actor: Actor) -> Q:
        """Whoever takes part in the case: the owner of hours does."""
        return parts.in_case_of(actor)


class AssessmentQuerySet(PersonalQuerySet):
    """Assessments."""

    doors = (*CaseQuerySet.doors, Permission.RESPOND)

    def part_of(self, actor: Actor) -> Q:
        """Whose assessment it is, and whoever takes part in the case."""
        return Q(organisation=actor.organisation_id) | parts.in_case_of(actor)

    def good(self, at: datetime | None = None) -> Self:
        """Those that may still be relied on."""
        return self.filter(good_until__gt=at or timezone.now())


class PackageQuerySet(PersonalQuerySet):
    """Packages of care: brokers and hubs see those of people they may open, providers those they were asked about."""

    doors = (Permission.BROKER, Permission.DECIDE_DISCHARGE, Permission.PROVIDE)

    def _of(self, people: models.QuerySet[Patient], actor: Actor) -> Self:
        """As for every person's rows; providers only those that they run or were asked to answer."""
        if actor.can(Permission.PROVIDE) and not actor.is_system:
            asked = Q(provider=actor.organisation_id) | Q(answers__provider=actor.organisation_id)
            return self.filter(pk__in=self.model.objects.filter(asked).values("pk"))
        return super()._of(people, actor)

    def part_of(self, actor: Actor) -> Q:
        """The council of the lot, whoever asked, providers, and whoever takes part in the way home."""
        return parts.in_package(actor)


class ShiftQuerySet(models.QuerySet[Any]):
    """The rota."""

    def visible_to(self, actor: Actor) -> Self:
        """Of the actor's own teams."""
        if actor.is_system:
            return self.all()
        return self.filter(team__in=actor.team_ids) if actor.can(Permission.RESPOND) else self.none()

    def standing(self) -> Self:
        """Not cancelled."""
        return self.filter(cancelled_at=None)

    def during(self, start: datetime, end: datetime) -> Self:
        """That share any time with this span."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class WardQuerySet(InForceQuerySet):
    """Wards: what there is is no secret; who lies there is."""

    def visible_to(self, actor: Actor) -> Self:
        """Every ward, to roles that may look at the board."""
        return self.all() if actor.is_system or actor.can(Permission.VIEW_BEDS) else self.none()

    def managed_by(self, actor: Actor) -> Self:
        """Run by the actor's organisation."""
        return self.filter(organisation=actor.organisation_id)


class BedQuerySet(InForceQuerySet):
    """Beds and places."""

    def visible_to(self, actor: Actor) -> Self:
        """Every bed, to roles that may look at the board."""
        return self.all() if actor.is_system or actor.can(Permission.VIEW_BEDS) else self.none()


class SpellQuerySet(models.QuerySet[Any]):
    """What beds are used for."""

    def visible_to(self, actor: Actor) -> Self:
        """Every spell, to roles that may look at the board: the person in it is shown to those who may open them."""
        return self.all() if actor.is_system or actor.can(Permission.VIEW_BEDS) else self.none()

    def at(self, moment: datetime) -> Self:
        """Those that hold at a moment."""
        return self.filter(span__contains=moment)

    def run_out(self, now: datetime) -> Self:
        """Reservations and cleaning that ended by themselves, and were not changed since: nobody has said so yet."""
        ends = F("span__endswith")
        by_itself = self.filter(kind__in=(SpellKind.RESERVED, SpellKind.CLEANING), span__endswith__lte=now)
        return by_itself.filter(updated_at__lt=ends)

    def lock(self) -> Self:
        """Keep others from these rows until the transaction ends."""
        return self.select_for_update(of=("self",))


class ChangeQuerySet(models.QuerySet[Any]):
    """Proposals to change capacity."""

    def visible_to(self, actor: Actor) -> Self:
        """Of the actor's organisation's wards, and of their teams."""
        if actor.is_system:
            return self.all()
        wards = Q(ward__organisation=actor.organisation_id) if actor.can(Permission.MANAGE_BEDS) else Q(pk__in=[])
        teams = Q(team__in=actor.team_ids) if actor.can(Permission.MANAGE_ROTA) else Q(pk__in=[])
        return self.filter(wards | teams)


class PlanQuerySet(models.QuerySet[Any]):
    """Runs of the planner: sums only, so every planner sees every run."""

    def visible_to(self, actor: Actor) -> Self:
        """Every run, to roles that plan."""
        return self.all() if actor.is_system or actor.can(Permission.PLAN_PLACES) else self.none()
