"""Who takes part in what: those who never lose a line, whoever it is about (docs/adr/0022).

Conditions on the rows of one model; many rows are asked with EXISTS, so no line comes twice. That of a case joins
nothing: PostgreSQL looks at it only for somebody restricted, and should plan a board as fast as without it.
"""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.actors import Actor
from directory.codes import OrganisationKind
from directory.models import Area, Organisation, PointOfAccess, Service
from patients.models import BreakGlass
from referrals.models import Referral


def _rows(model: str) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = apps.get_model("homefirst", model)._default_manager.all()
    return rows


def opened(actor: Actor, person: str, at: datetime | None = None) -> Q:
    """The actor gave a reason for this person that holds now, or at a moment; `person` is the path to one of their
    records. Never a system."""
    if not actor.is_person:
        return Q(pk__in=[])
    record, kept = OuterRef(person), OuterRef(f"{person}__merged_into")
    same = Q(patient=record) | Q(patient=kept) | Q(patient__merged_into=record) | Q(patient__merged_into=kept)
    return Q(Exists(BreakGlass.objects.open_for(actor, at).filter(same)))


def in_case(actor: Actor) -> Q:
    """Hospital and trust, hub, council, and whoever owns the case, a task or hours of waiting, has agreed to the way
    home or assessed for it, or is the service that the referral is with."""
    ours = actor.organisation_id
    part = Q(hospital=ours) | Q(hospital__in=Organisation.objects.filter(parent=ours).values("pk"))
    part |= Q(hub__in=PointOfAccess.objects.filter(organisation=ours).values("pk"))
    part |= Q(place__in=Area.objects.filter(gss_code__in=_councils(actor).values("gss_code")).values("pk"))
    for model in ("DischargeTask", "DelaySpell", "Agreement", "Assessment"):
        part |= Q(Exists(_rows(model).filter(case=OuterRef("pk"), organisation=ours)))
    services = Service.objects.filter(organisation=ours)
    part |= Q(Exists(Referral.objects.filter(pk=OuterRef("referral"), service__in=services.values("pk"))))
    return part | Q(owner=actor.id) if actor.is_person else part


def _councils(actor: Actor) -> models.QuerySet[Any]:
    councils: models.QuerySet[Any] = Organisation.objects.of_kind(OrganisationKind.COUNCIL)
    return councils.filter(pk=actor.organisation_id).exclude(gss_code="")


def in_case_of(actor: Actor) -> Q:
    """Of what belongs to a case: whoever takes part in that."""
    return Q(case__in=_rows("DischargeCase").filter(in_case(actor)).values("pk"))


def in_support(actor: Actor) -> Q:
    """Of crisis support and reablement: the team, the service, and both ends of the referral."""
    ours = actor.organisation_id
    ends = Q(referral__point_of_access__organisation=ours) | Q(referral__referrer_organisation=ours)
    return Q(team__in=actor.team_ids) | Q(service__organisation=ours) | ends


def in_package(actor: Actor) -> Q:
    """The council of the lot, the provider and those that were asked, whoever asked for it, and the way home it is
    part of."""
    ours = actor.organisation_id
    asked = Exists(_rows("ProviderAnswer").filter(package=OuterRef("pk"), provider=ours))
    us = Q(by_organisation_id=ours) | Q(by_id=actor.id)
    wanted = Exists(_rows("Act").filter(us, subject_id=OuterRef("pk"), verb="ask"))
    return Q(lot__council=ours) | Q(provider=ours) | Q(asked) | Q(wanted) | in_case_of(actor)
