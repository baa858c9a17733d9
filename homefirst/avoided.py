"""Which crisis episodes count as an avoided admission, and how well that is shown: a small versioned table.

The first rule that holds decides. Grades A and B need somebody else's word (a second clinician, an admission that was
requested), which no rule can give. A rule is never edited: a change is a new version with a day from which it holds.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from directory.codes import UCR_CONDITIONS, Urgency
from homefirst.codes import EvidenceGrade
from referrals.codes import AvoidedAdmission, Outcome

AT_HOME = frozenset(
    {Outcome.AT_HOME_NO_SUPPORT, Outcome.AT_HOME_WITH_SUPPORT, Outcome.REABLEMENT, Outcome.VIRTUAL_WARD}
)
NOT_IN_HOSPITAL = AT_HOME | {Outcome.COMMUNITY_BED, Outcome.CARE_HOME}
LONG_AGO = datetime(2013, 9, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ended:
    """What was recorded of an episode that ended."""

    outcome: str
    answer: str
    urgency: str
    needs: frozenset[str]
    at: datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """One counting rule. Empty `urgencies` or `needs` ask nothing."""

    slug: str
    version: int
    words: str
    grade: EvidenceGrade
    outcomes: frozenset[str]
    answers: frozenset[str] = frozenset({AvoidedAdmission.YES})
    urgencies: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    valid_from: datetime = LONG_AGO
    valid_to: datetime | None = None

    def holds(self, ended: Ended) -> bool:
        """Whether the rule counts this episode."""
        in_force = self.valid_from <= ended.at and (self.valid_to is None or ended.at < self.valid_to)
        said = ended.outcome in self.outcomes and ended.answer in self.answers
        urgent = not self.urgencies or ended.urgency in self.urgencies
        return in_force and said and urgent and (not self.needs or bool(self.needs & ended.needs))


RULES: tuple[Rule, ...] = (
    Rule(
        slug="crisis-stayed-home",
        version=1,
        words="A crisis of the two-hour standard, the worker says that hospital was avoided, and the person is at home",
        grade=EvidenceGrade.C,
        outcomes=AT_HOME,
        urgencies=frozenset({Urgency.CRISIS}),
        needs=frozenset(UCR_CONDITIONS),
    ),
    Rule(
        slug="worker-judgement",
        version=1,
        words="The worker says that hospital was avoided, and the person is not in hospital",
        grade=EvidenceGrade.D,
        outcomes=NOT_IN_HOSPITAL,
    ),
)


def rule_for(ended: Ended, rules: tuple[Rule, ...] = RULES) -> Rule | None:
    """The first rule that counts this episode; None when none does."""
    return next((rule for rule in rules if rule.holds(ended)), None)


def words_of(slug: str, version: int) -> str:
    """A rule in words, for the page of an episode."""
    return next((rule.words for rule in RULES if (rule.slug, rule.version) == (slug, version)), slug)
