"""Asks PostgreSQL how it answers what the hot pages ask, and writes docs/indexes.md.

Nothing is copied here: each page, endpoint and sweep is asked for as its users do, what it asks of the database is
caught, and every reading statement is explained with its own values. A statement that reads a large table from end to
end, or walks through thousands of pages by an index, is named, and the exit code says so. Everything happens in
transactions that are rolled back.
"""
# ruff: noqa: E402  Django has to be set up before its models can be imported

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench.questions import Question, questions

PAGE = Path(__file__).resolve().parent.parent / "docs" / "indexes.md"
LARGE = 50_000
MOST_PAGES = 20_000
MOST_LINES = 45
WIDEST = 180
READING = ("SELECT", "WITH", "EXECUTE")
"""What a reading statement begins with; only what reads is prepared (audit/statements.py)."""
SETTLED = 6
"""After so many times PostgreSQL has settled on how it answers a prepared statement."""
SIZES = "SELECT relname, reltuples::bigint FROM pg_class WHERE relkind = 'r' AND reltuples >= %s"
HEAD = f"""\
# How PostgreSQL answers

Written by `make indexes`: what the hot pages, endpoints and sweeps ask of the database, with EXPLAIN (ANALYZE,
BUFFERS) of every reading statement that touches a table (or one month of it) of {LARGE:,} rows or more. The command
fails when one of them reads such a table from end to end, or more than {MOST_PAGES:,} pages by whatever way. All people
are synthetic.
"""


@dataclass
class Explained:
    """One statement and how it was answered."""

    sql: str
    text: list[str]
    planning: float
    milliseconds: float
    """Planning and answering."""
    rows: int
    buffers: int
    large: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)

    @property
    def too_much(self) -> bool:
        """Whether it will not stay fast while the tables grow."""
        return bool(self.whole) or self.buffers > MOST_PAGES


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every node of a plan that was reached."""
    if plan.get("Actual Loops", 1):
        yield plan
        for part in plan.get("Plans", ()):
            yield from nodes(part)


def explain(sql: str, large: set[str]) -> Explained:
    """Run it twice: for people to read, and for this program. A prepared statement is settled before."""
    with connection.cursor() as cursor:
        for _ in range(SETTLED if sql.startswith("EXECUTE") else 0):
            cursor.execute(sql)
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
        found = cursor.fetchone()[0][0]
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}")
        text = [row[0] for row in cursor.fetchall()]
    plan = found["Plan"]
    buffers = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    planning = found["Planning Time"]
    said = Explained(sql, text, planning, planning + found["Execution Time"], int(plan["Actual Rows"]), buffers)
    for node in nodes(plan):
        table = node.get("Relation Name", "")
        said.large |= {table} & large
        said.used |= {node["Index Name"]} if "Index Name" in node else set()
        if node["Node Type"] == "Seq Scan" and table in large:
            said.whole.add(table)
    return said


def asked_by(question: Question) -> list[str]:
    """The reading statements that a question led to; several sent as one cannot be explained."""
    with CaptureQueriesContext(connection) as caught:
        question.ask()
    statements = dict.fromkeys(query["sql"].strip() for query in caught.captured_queries)
    return [sql for sql in statements if sql.lstrip("(").upper().startswith(READING) and ";" not in sql]


def examine(question: Question, large: set[str]) -> list[Explained]:
    """Everything a question asks of large tables, in a transaction that leaves nothing behind."""
    with transaction.atomic():
        found = [explain(sql, large) for sql in asked_by(question)]
        transaction.set_rollback(True)
    return [one for one in found if one.large]


def chapter(question: Question, found: Sequence[Explained]) -> list[str]:
    """What a question asked, in words and plans."""
    lines = [f"## {question.title}", "", f"`{question.where}`", ""]
    if not found:
        return [*lines, "Touches no large table.", ""]
    for one in found:
        took = f"{one.milliseconds:.1f} ms, of which {one.planning:.1f} to plan"
        lines += [f"{took}; {one.rows} rows, {one.buffers:,} pages; {used(one)}", "", "```"]
        lines += [line[:WIDEST] for line in one.text[:MOST_LINES]]
        lines += [f"… and {len(one.text) - MOST_LINES} lines more"] if len(one.text) > MOST_LINES else []
        lines += ["```", ""]
    return lines


def used(one: Explained) -> str:
    """The indexes that answered, or what was read whole."""
    if one.whole:
        return f"READS {', '.join(sorted(one.whole))} FROM END TO END"
    return "by " + (", ".join(sorted(one.used)) or "no index")


def summary(examined: Sequence[tuple[Question, list[Explained]]]) -> list[str]:
    """One line for each question."""
    columns = ("question", "statements on large tables", "ms in all", "to plan", "slowest ms", "pages")
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for question, found in examined:
        times = [one.milliseconds for one in found] or [0.0]
        planning, pages = sum(one.planning for one in found), sum(one.buffers for one in found)
        timed = f"{sum(times):.1f} | {planning:.1f} | {max(times):.1f}"
        lines.append(f"| {question.title} | {len(found)} | {timed} | {pages:,} |")
    return [*lines, ""]


def large_tables() -> set[str]:
    """Tables, and months of tables, that nobody should read from end to end."""
    with connection.cursor() as cursor:
        cursor.execute(SIZES, [LARGE])
        return {row[0] for row in cursor.fetchall()}


def main(scale: str, say: Callable[[str], None] = print) -> int:
    """Ask everything, write the page; 1 when something read too much."""
    large, examined, failed = large_tables(), [], 0
    for question in questions():
        found = examine(question, large)
        examined.append((question, found))
        for one in found:
            if one.too_much:
                failed = 1
                say(f"{question.title}: {one.buffers:,} pages, {used(one)}:\n{one.sql[:1500]}\n")
    said = f"Scale {scale}, {datetime.now(UTC):%d %B %Y, %H:%M} UTC, {len(large)} large tables and months of tables.\n"
    lines = [HEAD, said, *summary(examined)]
    for question, found in examined:
        lines += chapter(question, found)
    PAGE.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    say(f"Written to docs/{PAGE.name}")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
