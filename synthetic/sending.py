"""How a story begins: somebody refers a person, from their practice, ward, home, ambulance or by telephone."""

from dataclasses import replace

from accounts.actors import Actor
from directory.codes import Channel, NeedCode
from referrals import actions
from referrals.actions.send import Need
from referrals.codes import Consent, Direction, SceneSafety
from synthetic import shares
from synthetic.rhythm import refers_now
from synthetic.story import TEXTS, Arrival, Story

BY_TELEPHONE = {Channel.SELF_OR_FAMILY: "Family member", Channel.VOLUNTARY: "Volunteer"}
HOSPITAL = frozenset({Channel.WARD, Channel.EMERGENCY_DEPARTMENT})
END_OF_LIFE = frozenset({NeedCode.PALLIATIVE_CRISIS, NeedCode.END_OF_LIFE_CARE})
PREVENTION = frozenset({NeedCode.SOCIAL_ISOLATION, NeedCode.HOUSING, NeedCode.OTHER})
REFERRERS = ("referrer", "ambulance_crew", "care_coordinator")


def send(story: Story) -> None:
    """Refer the person; the clocks start."""
    arrival, dice = story.arrival, story.dice
    channel = _channel(story)
    urgency = arrival.urgency or dice.pick(shares.URGENCIES[channel])
    story.referrer = _referrer(story, channel)
    story.referral = actions.submit(
        by=story.referrer,
        patient=story.person.patient,
        need=_need(story, channel, urgency),
        point_of_access=story.world.book.point_of_access,
        received_at=arrival.at,
        synthetic=True,
    )


def _channel(story: Story) -> str:
    home = story.person.patient.care_home_id
    while True:
        channel = story.dice.pick(shares.CHANNELS)
        if channel == Channel.CARE_HOME and not home:
            continue
        if home and channel in {Channel.SELF_OR_FAMILY, Channel.SOCIAL_CARE, Channel.VOLUNTARY}:
            channel = Channel.CARE_HOME
        if _can(story.arrival, channel) and refers_now(channel, story.at, story.world.book.bank_holidays):
            return channel


def _can(arrival: Arrival, channel: str) -> bool:
    """Whether this channel refers with the urgency that the arrival asks for."""
    return not arrival.urgency or arrival.urgency in shares.URGENCIES[channel]


def _referrer(story: Story, channel: str) -> Actor:
    """Who sends it: a person of the organisation, or the organisation's own system."""
    staff, organisations, patient = story.world.staff, story.world.book.organisations, story.person.patient
    if channel in BY_TELEPHONE:
        return story.dice.choice(staff.by_role["spa_handler"])
    if channel == Channel.COMMUNITY:
        return story.dice.choice(staff.by_role["community_worker"])
    if channel == Channel.CARE_COORDINATOR:
        return story.dice.choice(staff.by_role["care_coordinator"])
    if channel in {Channel.GP, Channel.CARE_HOME}:
        found = story.world.by_id[patient.practice_id if channel == Channel.GP else patient.care_home_id]
    elif channel == Channel.SOCIAL_CARE:
        found = organisations[story.world.council_of(patient)]
    else:
        code = {Channel.AMBULANCE: "RX9", Channel.OUT_OF_HOURS: "DHU Healthcare CIC"}.get(channel, "RWE")
        found = organisations[code]
    return story.dice.choice(staff.referrers(found, REFERRERS))


def _need(story: Story, channel: str, urgency: str) -> Need:
    dice = story.dice
    first = story.arrival.need or dice.pick(shares.NEEDS[urgency])
    needs = [first]
    if dice.yes(shares.SECOND_NEED):
        second = dice.pick(shares.NEEDS[urgency])
        needs += [second] if second != first else []
    need = Need(
        channel=channel,
        need=dice.choice(TEXTS["needs"][first]),
        needs=tuple(needs),
        urgency_requested=urgency,
        consent=_consent(story),
        direction=_direction(channel, first),
        access_note=story.say("access"),
        home_first_considered=dice.yes(0.8) if channel in HOSPITAL else None,
        referrer_name=BY_TELEPHONE.get(channel, ""),
        referrer_role=story.referrer.role_name if story.referrer.is_person else "",
        referrer_phone=f"0116 496 0{dice.randint(800, 899)}",
        external_id="" if story.referrer.is_person else dice.randbytes(8).hex(),
    )
    return _warnings(story, need)


def _warnings(story: Story, need: Need) -> Need:
    """Safeguarding and danger at the scene, now and then."""
    if story.dice.yes(shares.SAFEGUARDING):
        need = replace(need, safeguarding=True, safeguarding_note=story.say("safeguarding"))
    if story.dice.yes(shares.UNSAFE):
        return replace(need, scene_safety=SceneSafety.UNSAFE, scene_safety_note=story.say("danger"))
    return replace(need, scene_safety=story.dice.pick({SceneSafety.SAFE: 70, SceneSafety.UNKNOWN: 30}))


def _consent(story: Story) -> str:
    if story.dice.yes(shares.BEST_INTERESTS):
        return Consent.BEST_INTERESTS
    return Consent.NOT_ASKED if story.dice.yes(shares.NOT_ASKED) else Consent.GIVEN


def _direction(channel: str, need: str) -> str:
    if need in END_OF_LIFE:
        return Direction.END_OF_LIFE
    if channel in HOSPITAL:
        return Direction.STEP_DOWN
    return Direction.PREVENTION if need in PREVENTION else Direction.STEP_UP
