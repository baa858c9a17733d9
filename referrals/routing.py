"""Where a referral goes first: the point of access for the person's place, and how the referrer reached it."""

from uuid import UUID

from audit.errors import Invalid
from directory.codes import Channel, OrganisationKind
from directory.models import PointOfAccess

CHANNELS: dict[str, tuple[Channel, ...]] = {
    OrganisationKind.PRACTICE: (Channel.GP,),
    OrganisationKind.PCN: (Channel.GP, Channel.CARE_COORDINATOR),
    OrganisationKind.FEDERATION: (Channel.GP, Channel.CARE_COORDINATOR),
    OrganisationKind.AMBULANCE: (Channel.AMBULANCE,),
    OrganisationKind.ACUTE_TRUST: (Channel.WARD, Channel.EMERGENCY_DEPARTMENT),
    OrganisationKind.HOSPITAL: (Channel.WARD, Channel.EMERGENCY_DEPARTMENT),
    OrganisationKind.CARE_HOME: (Channel.CARE_HOME,),
    OrganisationKind.HOME_CARE: (Channel.SOCIAL_CARE,),
    OrganisationKind.COUNCIL: (Channel.SOCIAL_CARE, Channel.CARE_COORDINATOR),
    OrganisationKind.DISTRICT_COUNCIL: (Channel.SOCIAL_CARE,),
    OrganisationKind.OUT_OF_HOURS: (Channel.OUT_OF_HOURS,),
    OrganisationKind.VOLUNTARY: (Channel.VOLUNTARY,),
    OrganisationKind.HOSPICE: (Channel.COMMUNITY,),
    OrganisationKind.COMMUNITY_TRUST: (Channel.COMMUNITY, Channel.SELF_OR_FAMILY, *Channel),
}


def channels_for(kind: str) -> list[Channel]:
    """The channels that make sense for a kind of organisation, the likeliest first; every channel when unsure."""
    return list(dict.fromkeys(CHANNELS.get(kind, tuple(Channel))))


def front_door(place_id: UUID | None) -> PointOfAccess:
    """The active point of access that covers the place, else any. Raises Invalid when there is none at all."""
    found = PointOfAccess.objects.nearest(place_id).first()
    if found is None:
        raise Invalid("No point of access is open to referrals. Telephone instead.", code="NO_POINT_OF_ACCESS")
    return found
