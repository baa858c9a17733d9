"""A line of the alerts, and of the breaches."""

from directory.codes import ClockCode
from pages import words
from referrals.models import Alert
from referrals.presenters.lists import Line
from referrals.states import Status


class AlertLine(Line):
    """Who was told, how long ago, about what."""

    @property
    def level(self) -> str:
        return Alert.Level(self.row["level"]).label

    @property
    def is_grave(self) -> bool:
        """Out of time, or nobody left to ask."""
        return self.row["level"] != Alert.Level.NEAR

    @property
    def told(self) -> str:
        """The role that the policy told."""
        return self.row["role"].replace("_", " ").replace("spa ", "").capitalize()

    @property
    def raised(self) -> str:
        return words.ago(self.row["raised_at"], self.now)

    @property
    def status(self) -> str:
        return self.row["referral_status"]

    @property
    def status_words(self) -> str:
        return Status(self.row["referral_status"]).label

    @property
    def assigned(self) -> str:
        return self.row["assigned_name"] or "Nobody"


class BreachLine(Line):
    """Which clock ran out, by which policy, by how much, and why."""

    @property
    def what(self) -> str:
        """The clock, and whose it was."""
        label = ClockCode(self.row["code"]).label
        return f"{label}: {self.row['offered_service']}" if self.row["offered_service"] else label

    @property
    def late(self) -> str:
        """By how much, as far as is known."""
        stopped = self.row["clock_stopped_at"]
        by = words.duration(((stopped or self.now) - self.row["due_at"]).total_seconds())
        return f"{by} late" if stopped else f"{by} late and still running"

    @property
    def policy(self) -> str:
        """The promise, with its version."""
        allowed = words.duration(self.row["policy_minutes"] * 60)
        return f"{self.row['policy_words']} within {allowed} (policy version {self.row['policy_version']})"
