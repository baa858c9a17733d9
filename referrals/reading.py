"""Opening one referral: who may, that it was logged, and each part of the page read once, when it is first shown."""

from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Membership
from accounts.roles import Permission
from audit.errors import DomainError
from directory import matching
from directory.candidates import candidates_at
from directory.models import Capacity, Criterion, Practice
from patients.opened import PersonFile
from referrals import policies
from referrals.actions.undo import check_undo
from referrals.codes import Consent
from referrals.desk import places_taken
from referrals.models import Clock, Handoff, Message, Question, Referral, ReferralOffer, Step, TriageDecision
from referrals.states import OFFER_LIVE, OFFER_TAKEN, OPEN, Verb


class ReferralFile(PersonFile):
    """One referral as one actor may see it now."""

    model = Referral
    related = (
        "patient__practice", "patient__merged_into__practice", "place", "point_of_access", "referrer_organisation",
        "assigned_to", "service", "team", "worker", "duplicate_of",
    )  # fmt: skip
    noun, what, page = "referral", "referral", "referral"

    @classmethod
    def rows(cls, actor: Actor) -> QuerySet[Referral]:
        return Referral.objects.visible_to(actor)

    @property
    def referral(self) -> Referral:
        return self.row

    @cached_property
    def offers(self) -> list[ReferralOffer]:
        """Every offer, the first made first."""
        rows = self.referral.offers.select_related("service", "team", "decline_criterion")
        return list(rows.order_by("requested_at", "id"))

    @cached_property
    def my_offer(self) -> ReferralOffer | None:
        """The offer that the actor's team holds: taken before live before closed, then the latest."""
        if not self.actor.can(Permission.RESPOND):
            return None
        mine = [offer for offer in reversed(self.offers) if policies.mine(self.actor, offer)]
        return min(mine, key=lambda o: (o.status not in OFFER_TAKEN, o.status not in OFFER_LIVE), default=None)

    @cached_property
    def verbs(self) -> list[Verb]:
        """What the actor may do now."""
        return policies.allowed_verbs(self.actor, self.referral, self.offers)

    @cached_property
    def steps(self) -> list[Step]:
        """What everybody did, newest first; `was_undone` marks steps taken back."""
        undone = Exists(Step.objects.filter(undoes=OuterRef("pk")))
        rows = Step.objects.filter(referral=self.referral.pk).annotate(was_undone=undone)
        return list(rows.order_by("-version"))

    def steps_since(self, version: int) -> list[Step]:
        """What happened after somebody saw this version."""
        return [step for step in self.steps if step.version > version]

    @cached_property
    def undoable(self) -> Step | None:
        """The last step, when the actor may take it back now."""
        try:
            return check_undo(self.referral, self.steps[0] if self.steps else None, self.actor, self.now)
        except DomainError:
            return None

    @cached_property
    def clocks(self) -> list[Clock]:
        """The referral's own clocks and those of its offers."""
        return list(Clock.objects.filter(referral=self.referral.pk).order_by("started_at", "code"))

    @cached_property
    def questions(self) -> list[Question]:
        """Questions asked, with their answers, newest first."""
        rows = Question.objects.filter(referral=self.referral.pk).standing().select_related("step", "answer__step")
        return list(rows.order_by("-asked_at"))

    @property
    def open_question(self) -> Question | None:
        """The question that waits for an answer."""
        return next((question for question in self.questions if not hasattr(question, "answer")), None)

    @cached_property
    def sees_all(self) -> bool:
        """Whether the actor triages or cares: the referrer does not see what the teams write to each other."""
        triages = self.actor.can(Permission.VIEW_WORKLIST) and policies.at_point_of_access(
            self.actor, self.referral, ()
        )
        return triages or self.my_offer is not None

    @cached_property
    def messages(self) -> list[Message]:
        """The conversation, oldest first."""
        rows = Message.objects.filter(referral=self.referral.pk)
        return list((rows if self.sees_all else rows.filter(for_referrer=True)).order_by("at", "id"))

    @cached_property
    def decisions(self) -> dict[UUID, TriageDecision]:
        """Triage decisions by step."""
        rows = TriageDecision.objects.filter(referral=self.referral.pk).select_related("criterion__service")
        return {decision.step_id: decision for decision in rows}

    @cached_property
    def handoffs(self) -> list[Handoff]:
        """Moves from one service to another, newest first."""
        rows = Handoff.objects.filter(referral=self.referral.pk).standing()
        return list(rows.select_related("from_service", "to_service").order_by("-at"))

    @cached_property
    def others(self) -> list[Referral]:
        """Other referrals of the same person that the actor may see, open ones first, then the newest."""
        rows = Referral.objects.visible_to(self.actor).of_person(self.person.pk).exclude(pk=self.referral.pk)
        found = list(rows.select_related("service").order_by("-received_at", "-id")[:20])
        return sorted(found, key=lambda other: other.status not in OPEN)

    @cached_property
    def suggestions(self) -> list[matching.Suggestion]:
        """Every service, best first, with the reasons for and against."""
        candidates = candidates_at(self.now)
        taken = places_taken([candidate.id for candidate in candidates if candidate.places is not None])
        free = {one.id: one.places - taken.get(one.id, 0) for one in candidates if one.places is not None}
        return matching.suggest(self._need(free), candidates)

    def _need(self, free: dict[UUID, int]) -> matching.Need:
        referral, person = self.referral, self.person
        return matching.Need(
            at=self.now,
            urgency=referral.urgency,
            needs=frozenset(referral.needs),
            age=age_on(person.date_of_birth, self.now),
            area_ids=self._area_ids(),
            channel=referral.channel,
            consent=None if referral.consent == Consent.NOT_ASKED else True,
            free_places=free,
        )

    def _area_ids(self) -> frozenset[UUID]:
        """Where the person lives and where they are registered."""
        person = self.person
        practice = Practice.objects.with_areas().filter(pk=person.practice_id).first() if person.practice_id else None
        own = {self.referral.place_id, person.place_id, person.neighbourhood_id} - {None}
        return frozenset(own) | (practice.area_ids if practice else frozenset())

    @cached_property
    def criteria(self) -> list[Criterion]:
        """Every criterion that can decline a referral, by service."""
        rows = Criterion.objects.in_force().filter(hard=True, service__in=[s.service.id for s in self.suggestions])
        return list(rows.select_related("service").order_by("service__name", "code"))

    def criteria_of(self, service_id: UUID) -> list[Criterion]:
        """The criteria on which one service can decline."""
        return list(Criterion.objects.in_force().filter(hard=True, service=service_id).order_by("code"))

    def colleagues(self) -> list[tuple[str, str]]:
        """People who triage at this point of access."""
        rows = Membership.objects.current(self.now).filter(organisation=self.referral.point_of_access.organisation_id)
        return _names(rows.filter(role__permissions__contains=[Permission.ACKNOWLEDGE.value]))

    def workers(self, offer: ReferralOffer) -> list[tuple[str, str]]:
        """People who can go for the service of this offer."""
        rows = Membership.objects.current(self.now).filter(
            Q(team=offer.team_id) | Q(team=None), organisation=offer.service.organisation_id
        )
        return _names(rows.filter(role__permissions__contains=[Permission.RESPOND.value]))

    def places(self, offer: ReferralOffer) -> tuple[int, int] | None:
        """How many places of the service are free now, and how many it has; None when it does not work in places."""
        day = timezone.localdate(self.now)
        places = Capacity.objects.filter(service=offer.service_id).places_on(day).get(offer.service_id)
        if places is None:
            return None
        return places - places_taken([offer.service_id]).get(offer.service_id, 0), places


def age_on(born: object, now: datetime) -> int | None:
    """Whole years in London on the day of `now`."""
    if born is None:
        return None
    today = timezone.localdate(now)
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _names(memberships: QuerySet[Membership]) -> list[tuple[str, str]]:
    people = memberships.filter(user__is_active=True).order_by("user__name").values_list("user_id", "user__name")
    return [(str(pk), name) for pk, name in dict(people).items()]
