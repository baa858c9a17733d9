"""Reading a file of figures: every mistake is told with its row and column, and what to write instead."""

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.errors import Invalid
from bcf import importing
from bcf.importing import table
from bcf.importing.cells import Wrong, number, period
from bcf.published import PUBLISHED, is_small
from tests.factories import directory

HEADER = "metric,area,period,value,numerator,denominator,target,rag,rag_reason,status,source"
GOOD = "still_at_home,leicestershire,2016/17,88,,,84.2,GREEN,,final,Board paper"


@pytest.fixture
def places(db):
    directory.area("leicestershire")
    directory.area("rutland")


def sheet(*rows, header=HEADER):
    return importing.check("\n".join([header, *rows]))


def said(*rows):
    return [(mistake.row, mistake.column, mistake.said) for mistake in sheet(*rows).mistakes]


def row(**cells):
    names = HEADER.split(",")
    usual = dict(zip(names, GOOD.split(","), strict=True))
    return ",".join(f'"{value}"' for value in (usual | cells).values())


def test_a_good_row_becomes_a_figure(places):
    (line,) = sheet(GOOD).lines
    assert (line.metric, line.area_name, line.period, line.start) == (
        "still_at_home",
        "Leicestershire",
        "year",
        date(2016, 4, 1),
    )
    assert (line.value, line.target, line.rag, line.status) == (88, Decimal("84.2"), "green", "final")


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"metric": ""}, "metric", "Say which metric"),
        ({"metric": "still_home"}, "metric", "Did you mean still_at_home?"),
        ({"metric": "zzz"}, "metric", "Write care_home_admissions,"),
        ({"area": "Nowhere"}, "area", "There is no area “Nowhere”. Write leicestershire, llr or rutland"),
        ({"area": ""}, "area", "Say which area"),
        ({"period": "2016/18"}, "period", "“2016/18” is no period"),
        ({"period": "2016/18 Q1"}, "period", "is no period"),
        ({"period": ""}, "period", "Write a financial year"),
        ({"period": "2090/91"}, "period", "has not begun"),
        ({"value": "n/a"}, "value", "“n/a” is not a number"),
        ({"value": "1,234"}, "value", "is not a number"),
        ({"value": "88.12345"}, "value", "at most 4 decimals"),
        ({"value": "NaN"}, "value", "is not a number"),
        ({"value": "٨٨"}, "value", "is not a number"),
        ({"value": ""}, "value", "Write the figure"),
        ({"value": "-1", "rag": "", "target": ""}, "value", "cannot be below 0"),
        ({"value": "100.1"}, "value", "cannot be over 100%"),
        ({"target": "842"}, "target", "cannot be over 100%"),
        ({"target": "", "rag": "GREEN"}, "target", "A rating needs the target"),
        ({"rag": "BLUE"}, "rag", "Write RED, AMBER or GREEN"),
        ({"rag": "AMBER"}, "rag_reason", "AMBER is not the rating that the rule gives (GREEN)"),
        ({"rag": "RED"}, "rag_reason", "Say why, or write: Reason not stated in the source"),
        ({"numerator": "30", "denominator": "20"}, "numerator", "larger than the denominator"),
        ({"numerator": "0", "denominator": "0"}, "denominator", "cannot be 0"),
        ({"numerator": "22", "denominator": "26"}, "value", "not 100 × numerator ÷ denominator"),
        ({"numerator": "2.5"}, "numerator", "not a whole number"),
        ({"status": "draft"}, "status", "Write provisional or final"),
        ({"source": ""}, "source", "Say where the figure was published"),
        ({"source": "=HYPERLINK(1)"}, "source", "cannot begin with “=”"),
        ({"rag_reason": "'+cmd"}, "rag_reason", "cannot begin with “+”"),
        ({"rag_reason": "x" * 301}, "rag_reason", "300 characters or fewer. There are 301"),
        ({"metric": "falls_admissions", "value": "100001", "rag": ""}, "value", "over 100,000 per 100,000"),
    ],
)
def test_each_mistake_says_where_and_what_to_write(places, cells, column, words):
    ((number_, where, sentence),) = said(row(**cells))
    assert (number_, where) == (2, column)
    assert words in sentence


def test_every_mistake_of_every_row_is_told_and_good_rows_are_still_read(places):
    found = sheet(row(metric="x", value="y"), GOOD, "too,short", row(area="rutland", rag="BLUE"))
    assert [(one.row, one.column) for one in found.mistakes] == [(2, "metric"), (2, "value"), (4, ""), (5, "rag")]
    assert [line.row for line in found.lines] == [3]
    assert found.rows == 4


def test_the_same_figure_twice_is_a_mistake(places):
    ((number_, _, sentence),) = said(GOOD, row(period="2016-17", value="87"))
    assert (number_, sentence) == (3, "Row 2 is for the same metric, area and period. Keep one of them")


def test_another_rating_with_a_reason_is_taken(places):
    assert not said(row(rag="amber", rag_reason="Reason not stated in the source"))


def test_counts_that_agree_with_the_rounded_share_are_taken(places):
    assert not said(row(numerator="22", denominator="25"))
    assert not said(row(value="84.6", numerator="22", denominator="26"))


def test_what_excel_writes_is_read(places):
    text = "sep=;\r\n" + HEADER.replace(",", ";") + ";;\r\n"
    text += "still_at_home;Leicestershire;2016/17;88,0;;;84,2;GREEN;;;Board paper;;\r\n;;;;;;;;;;;;\r\n"
    (line,) = importing.check(importing.decode(text.encode("utf-8-sig"))).lines
    assert (line.value, line.target, line.status) == (88, Decimal("84.2"), "final")


def test_tabs_columns_in_any_order_and_few_of_them(places):
    (line,) = importing.check("Source\tvalue\tPeriod\tarea\tmetric\nPaper\t88\t2016-12\trutland\tstill_at_home").lines
    assert (line.period, line.start, line.target, line.rag) == ("month", date(2016, 12, 1), None, "")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY"),
        (b"\xef\xbb\xbf  \n", "EMPTY"),
        ("metric,área".encode("latin-1"), "NOT_UTF8"),
        ("metric".encode("utf-16"), "NOT_UTF8"),
        (b"metric\x00,area", "NOT_TEXT"),
        (b"x" * (table.MOST_BYTES + 1), "TOO_LARGE"),
    ],
)
def test_what_is_no_text_is_refused(content, code):
    with pytest.raises(Invalid) as refused:
        importing.decode(content)
    assert (refused.value.code, refused.value.field) == (code, "file")


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (
            "name,nhs number\nAnn,1",
            "HEADER",
            "missing: metric, area, period, value, source; not known: name, nhs_number",
        ),
        (f"{HEADER},value\n", "HEADER", "there twice: value"),
        (HEADER, "EMPTY", "no rows"),
        ("sep=;", "EMPTY", "empty"),
        (f'{HEADER}\n"still', "NOT_A_TABLE", "quotation marks"),
        (HEADER + "\nx" * 10_001, "TOO_MANY_ROWS", "10,001 rows"),
    ],
)
def test_what_is_no_table_of_figures_is_refused(db, text, code, words):
    with pytest.raises(Invalid, match=words) as refused:
        importing.check(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("2016/17", ("year", date(2016, 4, 1))),
        ("2099/00", None),
        ("Q4 2016/17", ("quarter", date(2017, 1, 1))),
        ("2016/17 q1", ("quarter", date(2016, 4, 1))),
        ("2016-04", ("month", date(2016, 4, 1))),
        ("Dec-16", ("month", date(2016, 12, 1))),
        ("Dec 2016", ("month", date(2016, 12, 1))),
        ("1999-12", None),
        ("2016-13", None),
    ],
)
def test_periods_as_people_write_them(cell, found):
    if found:
        assert period(cell, date(2026, 11, 22)) == found
    else:
        with pytest.raises(Wrong):
            period(cell, date(2026, 11, 22))


def test_a_decimal_comma_is_only_read_where_semicolons_part_the_cells():
    assert number("606,4", comma=True) == Decimal("606.4")
    with pytest.raises(Wrong):
        number("606,4", comma=False)


@pytest.mark.parametrize(
    ("metric", "value", "part", "whole", "small"),
    [
        ("still_at_home", "88", None, None, False),
        ("still_at_home", "50", 5, 10, False),
        ("still_at_home", "40", 4, 10, True),
        ("still_at_home", "60", 6, 10, True),
        ("still_at_home", "0", 0, 10, False),
        ("still_at_home", "100", 10, 10, False),
        ("still_at_home", "100", 4, 4, True),
        ("still_at_home", "40", None, 10, True),
        ("still_at_home", "60", 6, None, True),
        ("falls_admissions", "118.05", 4, None, True),
        ("falls_admissions", "4", None, 100_000, True),
        ("falls_admissions", "118.05", None, 130_000, False),
    ],
)
def test_small_counts_are_known_even_when_they_are_only_implied(metric, value, part, whole, small):
    assert is_small(PUBLISHED[metric], Decimal(value), part, whole) is small


cell = st.text(max_size=12) | st.sampled_from([*GOOD.split(","), '"', "=1", "1e9", "Q1 2016/17", "88%"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(cell, min_size=1, max_size=12).map(",".join), max_size=6))
def test_whatever_a_file_says_it_is_read_or_refused_in_words(places, rows):
    try:
        found = importing.check(importing.decode("\n".join([HEADER, *rows]).encode()))
    except Invalid as refusal:
        assert refusal.field == "file"
    else:
        assert len(found.lines) <= found.rows
        assert len({line.row for line in found.lines} & {mistake.row for mistake in found.mistakes}) == 0


def test_thousands_of_rows_are_checked_in_seconds(places):
    rows = [
        row(period=f"{year}-{month:02}", metric=metric, rag="", area=area)
        for metric in PUBLISHED
        for area in ("rutland", "llr")
        for year in range(2000, 2026)
        for month in range(1, 13)
    ]
    started = time.process_time()
    found = sheet(*rows)
    assert (len(found.lines), found.mistakes) == (len(rows), [])
    assert time.process_time() - started < 10
