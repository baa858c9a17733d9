"""Imports: looked at, done in one go, restated with a reason, and taken back without losing what was known."""

from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.actors import system_actor
from audit.errors import DomainError, IllegalTransition, Invalid, NotPermitted, StaleVersion
from audit.models import Event
from bcf import counting, importing
from bcf.actions import commit_import, discard_import, undo_import, upload_figures
from bcf.models import Batch, PublishedFigure
from bcf.published import Hidden, known_figures
from directory.models import Population
from tests.factories import directory, people
from tests.together import together

pytestmark = pytest.mark.django_db
SHIPPED = Path(importing.__file__).resolve().parents[1] / "data" / "bcf_2016_17.csv"
HEADER = "metric,area,period,value,numerator,denominator,target,rag,rag_reason,status,source"
WHY = "The council corrected its return"


@pytest.fixture
def manager():
    directory.area("leicestershire")
    return people.actor("bcf_manager")


def file(*rows):
    return "\n".join([HEADER, *rows]).encode()


def line(value, *, metric="still_at_home", period="2016/17", status="final", counts=",", target="", rag=""):
    return f"{metric},leicestershire,{period},{value},{counts},{target},{rag},,{status},Board paper"


def upload(by, *rows):
    return upload_figures(by=by, name="figures.csv", content=file(*rows))


def mark_of(batch):
    return importing.fingerprint(importing.compare(importing.check(batch.content).lines))


def bring(by, *rows, reason=""):
    batch = upload(by, *rows)
    return commit_import(by=by, batch_id=batch.pk, expected=mark_of(batch), reason=reason)


def known(metric="still_at_home", **options):
    return [figure.value for figure in known_figures(**options).filter(metric=metric).order_by("start")]


def test_new_figures_come_in_at_once(manager):
    batch = bring(manager, line(88), line(85, period="2017/18"))
    assert (batch.state, batch.new, batch.changed, batch.unchanged) == ("imported", 2, 0, 0)
    assert known() == [88, 85]
    assert not PublishedFigure.objects.filter(restated=True).exists()


def test_a_file_with_one_mistake_brings_in_nothing(manager):
    batch = upload(manager, line(88), line(188, period="2017/18"))
    assert (batch.state, batch.rows, batch.mistakes) == ("faulty", 2, 1)
    with pytest.raises(IllegalTransition, match="has mistakes"):
        commit_import(by=manager, batch_id=batch.pk, expected="")
    assert known() == []


def test_what_changes_needs_a_reason_and_what_was_known_stays(manager, time_machine):
    time_machine.move_to("2026-06-01T12:00:00Z")
    bring(manager, line(88), line(85, period="2017/18"))
    time_machine.move_to("2026-06-03T12:00:00Z")
    batch = upload(manager, line(86), line(85, period="2017/18"), line(84, period="2018/19"))
    with pytest.raises(Invalid, match="Say why") as refused:
        commit_import(by=manager, batch_id=batch.pk, expected=mark_of(batch), reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(Invalid, match="200 characters or fewer"):
        commit_import(by=manager, batch_id=batch.pk, expected=mark_of(batch), reason="x" * 201)
    batch = commit_import(by=manager, batch_id=batch.pk, expected=mark_of(batch), reason=WHY)
    assert (batch.new, batch.changed, batch.unchanged) == (1, 1, 1)
    assert known() == [86, 85, 84]
    now, before = PublishedFigure.objects.filter(start="2016-04-01").order_by("-known_from")
    assert (now.restated, now.reason, now.follows, before.known_to) == (True, WHY, before, now.known_from)
    assert [known(known_on=date(2026, 6, day)) for day in (2, 3)] == [[88, 85], [86, 85, 84]]


def test_making_a_figure_final_restates_nothing(manager):
    bring(manager, line(88, status="provisional"))
    bring(manager, line(86, status="provisional"), reason=WHY)
    batch = bring(manager, line(86, status="final"))
    assert batch.changed == 1
    figure = PublishedFigure.objects.get(known_to=None)
    assert (figure.status, figure.restated, figure.reason) == ("final", True, WHY)
    assert Event.objects.filter(kind="metric.restated.v1").count() == 1


def test_nothing_new_is_said_and_leaves_no_trace(manager):
    bring(manager, line(88))
    with pytest.raises(Invalid, match="Nothing in this file is new"):
        bring(manager, line(88))
    assert PublishedFigure.objects.count() == 1


def test_what_somebody_else_changed_meanwhile_is_never_overwritten(manager):
    bring(manager, line(88))
    mine = upload(manager, line(86))
    seen = mark_of(mine)
    bring(manager, line(87), reason=WHY)
    with pytest.raises(StaleVersion, match="since you opened this page"):
        commit_import(by=manager, batch_id=mine.pk, expected=seen, reason=WHY)
    assert known() == [87]
    commit_import(by=manager, batch_id=mine.pk, expected=mark_of(mine), reason=WHY)
    assert known() == [86]


def test_undoing_brings_back_what_was_known_and_keeps_the_history(manager):
    first = bring(manager, line(88))
    second = bring(manager, line(86), line(85, period="2017/18"), reason=WHY)
    undo_import(by=manager, batch_id=second.pk, reason="Wrong file chosen")
    assert known() == [88]
    figure = PublishedFigure.objects.get(known_to=None)
    assert (figure.restated, figure.reason, figure.batch) == (True, "An import was undone: Wrong file chosen", first)
    assert PublishedFigure.objects.count() == 4
    undo_import(by=manager, batch_id=first.pk, reason="Wrong file chosen")
    assert known() == []
    with pytest.raises(IllegalTransition, match="undone"):
        undo_import(by=manager, batch_id=first.pk, reason="Wrong file chosen")


def test_an_import_that_another_stands_on_is_undone_after_it(manager):
    first = bring(manager, line(88), line(85, period="2017/18"))
    second = bring(manager, line(86), reason=WHY)
    with pytest.raises(IllegalTransition, match="A later import changed 1 figure of this one"):
        undo_import(by=manager, batch_id=first.pk, reason="Wrong file chosen")
    undo_import(by=manager, batch_id=second.pk, reason="Wrong file chosen")
    undo_import(by=manager, batch_id=first.pk, reason="Wrong file chosen")
    assert known() == []


def test_the_same_file_can_be_imported_again_after_an_undo(manager):
    undo_import(by=manager, batch_id=bring(manager, line(88)).pk, reason="Wrong file chosen")
    bring(manager, line(88))
    assert known() == [88]


def test_a_file_thrown_away_is_not_kept(manager):
    batch = discard_import(by=manager, batch_id=upload(manager, line(88)).pk)
    assert (batch.state, batch.content) == ("discarded", "")
    with pytest.raises(IllegalTransition):
        commit_import(by=manager, batch_id=batch.pk, expected="")
    with pytest.raises(Invalid, match="no such import"):
        discard_import(by=manager, batch_id=directory.area().pk)


def test_a_file_that_no_longer_fits_is_refused(manager):
    batch = upload(manager, line(88))
    Batch.objects.filter(pk=batch.pk).update(content=file(line(188)).decode())
    with pytest.raises(Invalid, match="now has mistakes"):
        commit_import(by=manager, batch_id=batch.pk, expected="")


NOBODY = system_actor("nobody").id


@pytest.mark.parametrize(
    ("change", "given"),
    [
        (upload_figures, {"name": "x.csv", "content": b""}),
        (commit_import, {"batch_id": NOBODY, "expected": ""}),
        (discard_import, {"batch_id": NOBODY}),
        (undo_import, {"batch_id": NOBODY, "reason": WHY}),
    ],
)
def test_only_a_better_care_fund_manager_changes_figures(change, given):
    with pytest.raises(NotPermitted):
        change(by=people.actor("commissioner"), **given)


def test_each_step_is_an_event_that_holds_no_figure(manager):
    bring(manager, line(88))
    second = bring(manager, line(86), reason=WHY)
    undo_import(by=manager, batch_id=second.pk, reason="Wrong file chosen")
    discard_import(by=manager, batch_id=upload(manager, line(88)).pk)
    events = Event.objects.filter(kind__startswith="metric.").order_by("id")
    assert [event.kind.split(".")[1] for event in events] == [
        "uploaded", "imported", "uploaded", "imported", "restated", "import_undone", "restated", "uploaded",
        "discarded",
    ]  # fmt: skip
    assert not [event for event in events if "86" in str(event.data.get("value", ""))]


def test_counting_passes_these_events_by(manager, one_transaction):
    bring(manager, line(88))
    assert counting.count() > 0
    assert not counting.SetAside.objects.exists()


def test_one_small_month_hides_the_whole_year(manager):
    bring(manager, line(40, period="2016-05", counts="4,10"), line(88), line(85, period="2017/18"))
    hidden = Hidden.of(["still_at_home"])
    figures = known_figures().order_by("start", "period")
    assert [(figure.period, hidden.hides(figure.metric, figure.start)) for figure in figures] == [
        ("year", True), ("month", True), ("year", False),
    ]  # fmt: skip
    bring(manager, line(50, period="2016-05", counts="5,10"), reason=WHY)
    assert Hidden.of(["still_at_home"]) == hidden


def test_a_rate_is_small_when_the_population_that_anybody_can_look_up_says_so(manager):
    place = directory.area("leicestershire")
    for band, count in (("0-17", 90_000), ("18-64", 90_000), ("65-74", 6_000), ("85+", 4_000)):
        Population.objects.create(area=place, age_band=band, year=2021, count=count, source="Census")
    bring(manager, line(40, metric="falls_admissions", period="2016-05"), line(40, metric="non_elective_admissions"))
    assert dict(PublishedFigure.objects.values_list("metric", "small")) == {
        "falls_admissions": True,
        "non_elective_admissions": False,
    }


@pytest.mark.django_db(transaction=True)
def test_two_who_import_at_once_do_not_overwrite_each_other(manager):
    bring(manager, line(88))
    batches = [upload(manager, line(value)) for value in (86, 87)]
    marks = [mark_of(batch) for batch in batches]
    answers = together(
        *(
            lambda batch=batch, mark=mark: commit_import(by=manager, batch_id=batch.pk, expected=mark, reason=WHY)
            for batch, mark in zip(batches, marks, strict=True)
        )
    )
    done = [type(one).__name__ if isinstance(one, DomainError) else "in" for one in answers]
    assert sorted(done) == ["StaleVersion", "in"]
    assert PublishedFigure.objects.count() == 2


def run(path, **options):
    out, error = StringIO(), StringIO()
    call_command("import_figures", str(path), stdout=out, stderr=error, **options)
    return out.getvalue()


def test_the_shipped_figures_are_the_boards(manager):
    assert run(SHIPPED, once=True) == "6 new, 0 changed, 0 unchanged\nImported.\n"
    assert "imported before" in run(SHIPPED, once=True)
    rows = {row.metric: (row.target, row.value, row.rag) for row in PublishedFigure.objects.all()}
    assert rows == {
        "care_home_admissions": (Decimal("606.4"), Decimal("630.2"), "red"),
        "still_at_home": (Decimal("84.2"), Decimal(88), "green"),
        "delayed_transfers": (Decimal("214.66"), Decimal("351.1"), "red"),
        "non_elective_admissions": (Decimal("724.37"), Decimal("714.78"), "amber"),
        "long_term_conditions": (Decimal("62.2"), Decimal("63.6"), "green"),
        "falls_admissions": (Decimal("139.76"), Decimal("118.05"), "green"),
    }
    assert PublishedFigure.objects.get(rag="amber").rag_reason == "Reason not stated in the source"


def test_the_command_says_what_it_would_do_and_what_is_wrong(manager, tmp_path):
    path = tmp_path / "figures.csv"
    path.write_bytes(file(line(88)))
    assert run(path, check=True) == "1 new, 0 changed, 0 unchanged\n"
    assert known() == []
    run(path)
    path.write_bytes(file(line(86)))
    with pytest.raises(CommandError, match="Say why"):
        run(path)
    run(path, reason=WHY)
    assert known() == [86]
    for wrong, words in ((file(line(188)), "Nothing was imported"), (b"", "empty"), (None, "cannot be read")):
        path.write_bytes(wrong) if wrong is not None else path.unlink()
        with pytest.raises(CommandError, match=words):
            run(path)
    assert set(Batch.objects.values_list("state", flat=True)) == {"discarded", "imported"}
