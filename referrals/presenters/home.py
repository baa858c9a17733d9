"""Lines of the first page that no other list has: news on what was sent, and what was not sent yet."""

from referrals.presenters.lists import RESTRICTED, Line, ReferralLine


class NewsLine(ReferralLine):
    """A referral we sent to which something happened."""

    @property
    def at(self) -> object:
        return self.row["news_at"]


class DraftLine(Line):
    """A referral that is still being written; it may not be about anybody yet."""

    @property
    def name(self) -> str:
        if self.row["family_name"] is None:
            return "Nobody chosen yet"
        return RESTRICTED if self.is_sealed else super().name

    @property
    def at(self) -> object:
        return self.row["updated_at"]
