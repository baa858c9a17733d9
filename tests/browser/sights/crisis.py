"""The pages of crisis response and the rota."""

from datetime import timedelta

from django.utils import timezone

from directory.codes import ClockCode
from homefirst.actions.rota import add_shift
from homefirst.following_crisis import crisis_keep_up
from homefirst.models import CrisisEpisode
from referrals import clocks
from referrals.states import Status
from tests.browser.sights.scene import Scene, Sight, about, plain
from tests.factories import directory, people

SIGHTS: dict[str, list[Sight]] = {
    "crisis": [plain("crisis", "nurse"), plain("crisis", "nurse", query="?list=next&place=nowhere")],
    "crisis_overstays": [plain("crisis_overstays", "nurse")],
    "crisis_episode": [
        about("crisis_episode", "nurse", "crisis", "Save"),
        about("crisis_episode", "nurse", "crisis_over"),
    ],
    "crisis_night_cover": [about("crisis_night_cover", "nurse", "crisis", "Save")],
    "crisis_name_clinician": [about("crisis_name_clinician", "nurse", "crisis")],
    "crisis_plan_next_step": [about("crisis_plan_next_step", "nurse", "crisis", "Save the next step")],
    "crisis_extend": [about("crisis_extend", "team_lead", "crisis", "Approve more time")],
    "crisis_close": [
        about("crisis_close", "nurse", "crisis", "End crisis support"),
        about("crisis_close", "nurse", "crisis_over"),
    ],
    "rota": [plain("rota", "nurse"), plain("rota", "team_lead")],
    "rota_add": [plain("rota_add", "team_lead", "Add the shift")],
    "rota_cancel": [about("rota_cancel", "team_lead", "shift", "Cancel the shift")],
}


class Crisis(Scene):
    """An episode that runs, one that is over, and two shifts."""

    def prepare(self) -> None:
        directory.clock_policy(ClockCode.MAX_STAY, minutes=72 * 60, warn_minutes=12 * 60)
        clocks.forget_policies()
        _ = self.by_status
        crisis_keep_up(timezone.now())
        episodes = CrisisEpisode.objects
        self.crisis = episodes.get(referral=self.by_status[Status.IN_SERVICE])
        self.crisis_over = episodes.get(referral=self.by_status[Status.COMPLETED])
        self.team_lead = people.actor("service_lead", team=self.cast.team)
        start = timezone.now() + timedelta(hours=1)
        self.shift, self.shift_off = (
            add_shift(
                team_id=self.cast.team.pk,
                worker_id=who.id,
                starts_at=start,
                ends_at=start + timedelta(hours=8),
                by=self.team_lead,
            )
            for who in (self.cast.nurse, people.actor("community_worker", team=self.cast.team))
        )
