"""Ratings: the rule, and what is said of a published rating that is another one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcf.published import PUBLISHED, RULE
from bcf.rag import HIGHER, LOWER, Rag, Rule, Standing, contradicts, explain, standing

TWO = Rule(Decimal(2))
numbers = st.decimals(min_value=0, max_value=10**6, places=4)


@pytest.mark.parametrize(
    ("value", "target", "direction", "rating"),
    [
        ("100", "100", HIGHER, Rag.GREEN),
        ("100.0001", "100", HIGHER, Rag.GREEN),
        ("98", "100", HIGHER, Rag.AMBER),
        ("97.9999", "100", HIGHER, Rag.RED),
        ("102", "100", LOWER, Rag.AMBER),
        ("102.0001", "100", LOWER, Rag.RED),
        ("99", "100", LOWER, Rag.GREEN),
        ("0", "0", LOWER, Rag.GREEN),
        ("0.0001", "0", LOWER, Rag.RED),
        ("5", "5", "neutral", None),
    ],
)
def test_the_rule_at_its_edges(value, target, direction, rating):
    assert TWO.rate(Decimal(value), Decimal(target), direction) is rating


def test_without_a_target_there_is_no_rating():
    assert TWO.rate(Decimal(1), None, HIGHER) is None


@pytest.mark.parametrize(
    ("metric", "value", "target", "published", "computed"),
    [
        ("care_home_admissions", "630.2", "606.4", Rag.RED, Rag.RED),
        ("still_at_home", "88", "84.2", Rag.GREEN, Rag.GREEN),
        ("delayed_transfers", "351.1", "214.66", Rag.RED, Rag.RED),
        ("non_elective_admissions", "714.78", "724.37", Rag.AMBER, Rag.GREEN),
        ("long_term_conditions", "63.6", "62.2", Rag.GREEN, Rag.GREEN),
        ("falls_admissions", "118.05", "139.76", Rag.GREEN, Rag.GREEN),
    ],
)
def test_the_board_of_2016(metric, value, target, published, computed):
    found = RULE.rate(Decimal(value), Decimal(target), PUBLISHED[metric].direction)
    assert found is computed
    assert contradicts(published, found) is (metric == "non_elective_admissions")


def test_another_rating_than_the_rules_is_explained():
    said = explain(Rag.AMBER, Rag.GREEN, Standing.BETTER, value="714.78", target="724.37", reason="")
    assert said == (
        "Published as amber, although 714.78 is better than the target of 724.37 and the rule gives green. "
        "Reason not stated in the source."
    )
    assert explain(Rag.RED, None, Standing.SAME, value="5", target="5", reason="Late data.").endswith(
        "the rule gives no rating. Late data."
    )


@given(numbers, numbers)
def test_a_rating_agrees_with_its_standing(value, target):
    for direction in (HIGHER, LOWER):
        met = standing(value, target, direction) is not Standing.WORSE
        assert (TWO.rate(value, target, direction) is Rag.GREEN) == met


@given(numbers, numbers, st.decimals(min_value=0, max_value=1000, places=4))
def test_worse_never_rates_better(value, target, more):
    order = [Rag.GREEN, Rag.AMBER, Rag.RED]
    first, second = TWO.rate(value, target, LOWER), TWO.rate(value + more, target, LOWER)
    assert order.index(first) <= order.index(second)


def test_the_rule_in_words():
    assert RULE.words.startswith(
        "Green: at the target or better. Amber: worse than the target, by no more than 2% of it."
    )
