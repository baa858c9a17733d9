"""What a team does in crisis support: one address, one form, one action each."""

from accounts.roles import Permission
from homefirst.actions import crisis as actions
from homefirst.forms import crisis as forms
from homefirst.policies import crisis as policies
from homefirst.presenters.crisis import CrisisPage
from homefirst.views.taking import Taking, view_of

NIGHT = Taking(
    "crisis_night_cover", "episode_id", actions.name_night_cover, forms.NightCoverForm,
    "Who covers the night", "Save", "Saved who covers the night.",
    help="Night nursing, or another service with a note of how it covers the night.", check=policies.check_can_plan,
)  # fmt: skip
CLINICIAN = Taking(
    "crisis_name_clinician", "episode_id", actions.name_clinician, forms.ClinicianForm,
    "Name the clinician", "Save", "Saved who answers for the care.", check=policies.check_can_plan,
)  # fmt: skip
PLAN = Taking(
    "crisis_plan_next_step", "episode_id", actions.plan_next_step, forms.NextStepForm,
    "Plan the next step", "Save the next step", "The next step is planned. Tell the person and their carer.",
    help="Before the support ends, somebody else must know that they come next.", check=policies.check_can_plan,
)  # fmt: skip
EXTEND = Taking(
    "crisis_extend", "episode_id", actions.extend, forms.ExtendForm,
    "Approve more time", "Approve more time", "More time is approved. Your name and the reason are in the history.",
    help="Support is meant to end after 72 hours. Whoever approves more must not look after the person themselves.",
    grave=True, check=policies.check_can_extend,
)  # fmt: skip
CLOSE = Taking(
    "crisis_close", "episode_id", actions.close, forms.CloseForm,
    "End crisis support", "End crisis support", "Ended. The referrer has been told what happens next.",
    help="This also finishes the referral.", check=policies.check_can_close,
)  # fmt: skip
WAYS = (PLAN, NIGHT, CLOSE, CLINICIAN, EXTEND)
VIEWS = {
    way: view_of(way, CrisisPage.open, Permission.SUPERVISE if way is EXTEND else Permission.RESPOND) for way in WAYS
}
