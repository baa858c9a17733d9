"""Writing events: one call, in the same transaction as the change it tells of."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from audit.actors import Acting
from audit.inserting import insert, new_row
from audit.models import Event


class Kind(StrEnum):
    """Every kind of event, dotted and versioned. A new shape of data is a new version, never an edit."""

    PATIENT_CREATED = "patient.created.v1"
    PATIENT_UPDATED = "patient.updated.v1"
    PATIENT_MERGED = "patient.merged.v1"
    PATIENT_UNMERGED = "patient.unmerged.v1"
    PATIENT_NUMBER_VERIFIED = "patient.nhs_number_verified.v1"
    PATIENT_DECEASED = "patient.deceased.v1"
    PATIENT_DEATH_WITHDRAWN = "patient.death_withdrawn.v1"
    PATIENT_RESTRICTED = "patient.restricted.v1"
    PATIENT_UNRESTRICTED = "patient.unrestricted.v1"
    PATIENT_NOT_DUPLICATE = "patient.not_duplicate.v1"
    DRAFT_SAVED = "referral.draft_saved.v1"
    DRAFT_DISCARDED = "referral.draft_discarded.v1"
    REFERRAL_SUBMITTED = "referral.submitted.v1"
    REFERRAL_ACKNOWLEDGED = "referral.acknowledged.v1"
    REFERRAL_ASSIGNED = "referral.assigned.v1"
    REFERRAL_INFO_REQUESTED = "referral.info_requested.v1"
    REFERRAL_INFO_ANSWERED = "referral.info_answered.v1"
    REFERRAL_TRIAGED = "referral.triaged.v1"
    REFERRAL_ACCEPTED = "referral.accepted.v1"
    REFERRAL_TRIAGE_RESUMED = "referral.triage_resumed.v1"
    REFERRAL_OFFERED = "referral.offered.v1"
    REFERRAL_NEEDS_SERVICE = "referral.needs_service.v1"
    REFERRAL_ADVICE_GIVEN = "referral.advice_given.v1"
    REFERRAL_REJECTED = "referral.rejected.v1"
    REFERRAL_REDIRECTED = "referral.redirected.v1"
    REFERRAL_ALLOCATED = "referral.allocated.v1"
    REFERRAL_RESPONDING = "referral.responding.v1"
    REFERRAL_FIRST_CONTACT = "referral.first_contact.v1"
    REFERRAL_COMPLETED = "referral.completed.v1"
    REFERRAL_REOPENED = "referral.reopened.v1"
    REFERRAL_CANCELLED = "referral.cancelled.v1"
    REFERRAL_WITHDRAWN = "referral.withdrawn.v1"
    REFERRAL_ESCALATED_999 = "referral.escalated_999.v1"
    REFERRAL_DIED = "referral.died.v1"
    REFERRAL_DUPLICATE = "referral.duplicate_found.v1"
    REFERRAL_UNDONE = "referral.transition_undone.v1"
    REFERRAL_MESSAGE = "referral.message_sent.v1"
    REFERRAL_ESCALATED = "referral.escalated.v1"
    REFERRAL_UPDATED = "referral.updated.v1"
    ALERT_ACKNOWLEDGED = "referral.alert_acknowledged.v1"
    OFFER_REQUESTED = "offer.requested.v1"
    OFFER_ACKNOWLEDGED = "offer.acknowledged.v1"
    OFFER_INFO_REQUESTED = "offer.info_requested.v1"
    OFFER_ACCEPTED = "offer.accepted.v1"
    OFFER_DECLINED = "offer.declined.v1"
    OFFER_WAITLISTED = "offer.waitlisted.v1"
    OFFER_EXPIRED = "offer.expired.v1"
    OFFER_WITHDRAWN = "offer.withdrawn.v1"
    CLOCK_STARTED = "clock.started.v1"
    CLOCK_STOPPED = "clock.stopped.v1"
    CLOCK_NEAR_BREACH = "clock.near_breach.v1"
    CLOCK_BREACHED = "clock.breached.v1"
    BREACH_REVIEWED = "clock.breach_reviewed.v1"
    UNMET_NEED_RECORDED = "unmet_need.recorded.v1"
    UNMET_NEED_MET = "unmet_need.met.v1"
    BREAK_GLASS = "access.break_glass.v1"
    BREAK_GLASS_REVIEWED = "access.break_glass_reviewed.v1"
    SIGNED_IN = "access.signed_in.v1"
    ROLE_CHOSEN = "access.role_chosen.v1"
    MEMBERSHIP_GRANTED = "access.membership_granted.v1"
    MEMBERSHIP_ENDED = "access.membership_ended.v1"
    PERSON_ADDED = "access.person_added.v1"
    PERSON_UPDATED = "access.person_updated.v1"
    PASSWORD_LINK_MADE = "access.password_link_made.v1"
    SECOND_FACTOR_ADDED = "access.second_factor_added.v1"
    SECOND_FACTOR_REMOVED = "access.second_factor_removed.v1"
    CIS2_LINKED = "access.cis2_linked.v1"
    CLIENT_REGISTERED = "access.client_registered.v1"
    CLIENT_ENDED = "access.client_ended.v1"
    METRIC_UPLOADED = "metric.uploaded.v1"
    METRIC_DISCARDED = "metric.discarded.v1"
    METRIC_IMPORTED = "metric.imported.v1"
    METRIC_RESTATED = "metric.restated.v1"
    METRIC_IMPORT_UNDONE = "metric.import_undone.v1"
    METRIC_TARGET_SET = "metric.target_set.v1"
    METRIC_TARGET_ENDED = "metric.target_ended.v1"
    CRISIS_OPENED = "crisis.opened.v1"
    CRISIS_UPDATED = "crisis.updated.v1"
    CRISIS_HANDOVER_DUE = "crisis.handover_due.v1"
    CRISIS_EXTENDED = "crisis.extended.v1"
    CRISIS_CLOSED = "crisis.closed.v1"
    CRISIS_VOIDED = "crisis.voided.v1"
    AVOIDED_ADMISSION_CLAIMED = "avoided_admission.claimed.v1"
    AVOIDED_ADMISSION_VOIDED = "avoided_admission.voided.v1"
    SHIFT_ADDED = "rota.shift_added.v1"
    SHIFT_CANCELLED = "rota.shift_cancelled.v1"
    REABLEMENT_STARTED = "reablement.started.v1"
    REABLEMENT_UPDATED = "reablement.updated.v1"
    REABLEMENT_REVIEWED = "reablement.reviewed.v1"
    REABLEMENT_ENDED = "reablement.ended.v1"
    REABLEMENT_VOIDED = "reablement.voided.v1"
    FOLLOW_UP_DUE = "followup91.due.v1"
    FOLLOW_UP_ATTEMPTED = "followup91.attempted.v1"
    FOLLOW_UP_RECORDED = "followup91.recorded.v1"
    DISCHARGE_IDENTIFIED = "discharge.identified.v1"
    DISCHARGE_PLANNING = "discharge.planning.v1"
    DISCHARGE_UPDATED = "discharge.updated.v1"
    DISCHARGE_READY = "discharge.ready.v1"
    DISCHARGE_AGREED = "discharge.agreed.v1"
    DISCHARGE_PATHWAY_DECIDED = "discharge.pathway_decided.v1"
    DISCHARGE_ARRANGING = "discharge.arranging.v1"
    DISCHARGE_COMPLETED = "discharge.completed.v1"
    DISCHARGE_ASSESSED = "discharge.assessed_at_home.v1"
    DISCHARGE_CLOSED = "discharge.closed.v1"
    DISCHARGE_STOPPED = "discharge.stopped.v1"
    DISCHARGE_TASK_ADDED = "discharge.task_added.v1"
    DISCHARGE_TASK_UPDATED = "discharge.task_updated.v1"
    DISCHARGE_TASK_DONE = "discharge.task_done.v1"
    DELAY_ATTRIBUTED = "discharge.delayed.v1"
    DELAY_REATTRIBUTED = "discharge.delay_reattributed.v1"
    DELAY_DISPUTED = "discharge.delay_disputed.v1"
    DELAY_AGREED = "discharge.delay_agreed.v1"
    TRANSFER_UPDATED = "discharge.transfer_updated.v1"
    TRANSFER_ASKED = "discharge.transfer_asked.v1"
    ASSESSMENT_MADE = "assessment.made.v1"
    ASSESSMENT_RELIED_ON = "assessment.relied_on.v1"
    ASSESSMENT_CHALLENGED = "assessment.challenged.v1"
    ASSESSOR_REGISTERED = "assessment.assessor_registered.v1"
    ASSESSOR_ENDED = "assessment.assessor_ended.v1"
    BED_RESERVED = "bed.reserved.v1"
    BED_LET_GO = "bed.let_go.v1"
    BED_OCCUPIED = "bed.occupied.v1"
    BED_UPDATED = "bed.updated.v1"
    BED_RELEASED = "bed.released.v1"
    BED_CLEANING = "bed.cleaning.v1"
    BED_CLEANED = "bed.cleaned.v1"
    BED_CLOSED = "bed.closed.v1"
    BED_OPENED = "bed.opened.v1"
    WARD_CONFIRMED = "bed.ward_confirmed.v1"
    CAPACITY_PROPOSED = "capacity.proposed.v1"
    CAPACITY_CHANGED = "capacity.changed.v1"
    CAPACITY_WITHDRAWN = "capacity.withdrawn.v1"
    PACKAGE_WANTED = "package.wanted.v1"
    PACKAGE_ASKED = "package.asked.v1"
    PACKAGE_ANSWERED = "package.answered.v1"
    PACKAGE_OFFERED = "package.offered.v1"
    PACKAGE_STARTED = "package.started.v1"
    PACKAGE_REVIEWED = "package.reviewed.v1"
    PACKAGE_ENDED = "package.ended.v1"
    PACKAGE_CANCELLED = "package.cancelled.v1"
    PLAN_ASKED = "plan_run.asked.v1"
    PLAN_STARTED = "plan_run.started.v1"
    PLAN_FINISHED = "plan_run.finished.v1"
    PLAN_FAILED = "plan_run.failed.v1"
    FOLLOW_UP_CORRECTED = "followup91.corrected.v1"


def event(
    kind: Kind,
    *,
    by: Acting,
    subject: models.Model,
    patient_id: UUID | None = None,
    at: datetime | None = None,
    **data: Any,
) -> Event:
    """An unsaved event: for actions that write several at once with record_all()."""
    return new_row(
        Event,
        kind=kind,
        occurred_at=at or timezone.now(),
        actor_kind=by.kind,
        actor_id=by.id,
        actor_role=by.role,
        organisation_id=by.organisation_id,
        subject_kind=subject._meta.model_name or "",
        subject_id=subject.pk,
        patient_id=patient_id,
        data=data,
    )


def record(
    kind: Kind,
    *,
    by: Acting,
    subject: models.Model,
    patient_id: UUID | None = None,
    at: datetime | None = None,
    **data: Any,
) -> Event:
    """Write one event. Data holds codes and ids, never names, addresses or free text about a person."""
    written = event(kind, by=by, subject=subject, patient_id=patient_id, at=at, **data)
    insert(written)
    return written


def record_all(events: Iterable[Event]) -> None:
    """Write several events in one statement, in order."""
    insert(*events)
