"""Questions asked of Home First; every page and endpoint starts from visible_to(actor).

What belongs to a person is opened by those who may open that person's record and whose role has to do with it. Lists
start from related_to(actor), which holds restricted people too: they are shown without a name, so that nobody is lost.
What belongs to no person (rota, wards, beds, proposals) is seen by role and organisation.
"""

from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.actors import Actor
from accounts.roles import Permission
from directory.codes import OrganisationKind
from directory.effective import InForceQuerySet
from directory.models import Organisation
from homefirst.states import SpellKind
from patients.models import Patient


class PersonalQuerySet(models.QuerySet[Any]):
    """Rows about one person, in the column named by `person`."""

    person = "patient"
    doors: tuple[Permission, ...] = ()

    def visible_to(self, actor: Actor) -> Self:
        """Of people whose record the actor may open, to roles that have to do with it."""
        return self._of(Patient.objects.visible_to(actor), actor)

    def related_to(self, actor: Actor) -> Self:
        """As visible_to, with restricted people: to say that somebody is there, and sealed until a reason is given."""
        return self._of(Patient.objects.related_to(actor), actor)

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

    def running(self) -> Self:
        return self.filter(ended_at=None)

    def of_teams(self, actor: Actor) -> Self:
        """Of the actor's own teams."""
        return self.filter(team__in=actor.team_ids)


class FollowUpQuerySet(PersonalQuerySet):
    """91-day follow-ups."""

    doors = (Permission.RESPOND,)

    def standing(self) -> Self:
        """Of episodes that were not taken back."""
        return self.exclude(episode__status="void")

    def to_do(self) -> Self:
        """Nobody knows yet."""
        return self.standing().filter(outcome="")


class CaseQuerySet(PersonalQuerySet):
    """Discharge cases."""

    doors = (Permission.DISCHARGE, Permission.DECIDE_DISCHARGE, Permission.DO_TASKS)

    def in_lists_of(self, system: Actor) -> Self:
        """Of cases of people with whom it has to do, those that a partner's system lists. Of a restricted person only
        what its organisation takes part in: a new case that it saw appear would tell where one of the few restricted
        people it knows of is now."""
        theirs = Q(hospital=system.organisation_id) | Q(hospital__parent=system.organisation_id)
        theirs |= Q(hub__organisation=system.organisation_id)
        theirs |= Q(Exists(_councils(system).filter(gss_code=OuterRef("place__gss_code"))))
        theirs |= Q(Exists(_tasks().of_organisation(system).filter(case=OuterRef("pk"))))
        return self.filter(Q(patient__restricted=False) | theirs)

    def open(self) -> Self:
        return self.filter(closed_at=None)


def _councils(actor: Actor) -> models.QuerySet[Any]:
    councils: models.QuerySet[Any] = Organisation.objects.in_force().of_kind(OrganisationKind.COUNCIL)
    return councils.filter(pk=actor.organisation_id).exclude(gss_code="")


def _tasks() -> "TaskQuerySet":
    found: TaskQuerySet = apps.get_model("homefirst", "DischargeTask")._default_manager.all()
    return found


class TaskQuerySet(PersonalQuerySet):
    """Discharge tasks."""

    person = "case__patient"
    doors = CaseQuerySet.doors

    def to_do(self) -> Self:
        return self.filter(done_at=None, cancelled_at=None)

    def of_organisation(self, actor: Actor) -> Self:
        """Owned by the actor's organisation."""
        return self.filter(organisation=actor.organisation_id)


class DelayQuerySet(PersonalQuerySet):
    """Hours of waiting and who owns them."""

    person = "case__patient"
    doors = CaseQuerySet.doors


class AssessmentQuerySet(PersonalQuerySet):
    """Assessments."""

    doors = (*CaseQuerySet.doors, Permission.RESPOND)

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
