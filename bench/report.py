"""The table, on the screen and in docs/benchmarks.md."""

import os
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.operations import Operation

BEGIN, END = "<!-- results: written by make bench -->", "<!-- end of results -->"
HEAD = (
    "operation", "a second", "min–max", "of floor", "aim", "p50", "p95", "p99", "statements", "server ms", "SQL ms",
    "client ms", "errors",
)  # fmt: skip
Seen = Mapping[str, Sequence[Mapping[str, float]]]


def lines(operations: Iterable[Operation], seen: Seen) -> list[list[str]]:
    """One line for each operation: medians over the rounds."""
    return [line(operation, seen) for operation in operations if seen.get(operation.key)]


def line(operation: Operation, seen: Seen) -> list[str]:
    """Medians; the ratio is the median of each round's own, since the machine is not the same from round to round."""
    rounds = seen[operation.key]
    rates = [each["rate"] for each in rounds]
    middle = {name: median(each[name] for each in rounds) for name in rounds[0]}
    return [
        operation.title,
        f"{middle['rate']:.0f}",
        f"{min(rates):.0f}–{max(rates):.0f}",
        f"{ratio(operation, seen):.2f}" if seen.get(operation.floor) else "",
        verdict(operation, seen),
        *(f"{middle[name]:.1f}" for name in ("p50", "p95", "p99", "statements")),
        *(f"{middle[name]:.2f}" for name in ("server_ms", "postgres_ms", "client_ms")),
        f"{sum(each['errors'] for each in rounds):.0f}",
    ]


def ratio(operation: Operation, seen: Seen) -> float:
    """The median of the rounds' ratios to the floor."""
    pairs = zip(seen[operation.key], seen[operation.floor], strict=True)
    return median(one["rate"] / floor["rate"] for one, floor in pairs if floor["rate"])


def verdict(operation: Operation, seen: Seen) -> str:
    """The aim, and whether it was reached."""
    aim, words = operation.aim, str(operation.aim)
    if not words:
        return ""
    rounds = seen[operation.key]
    reached = [
        not aim.of_floor or (bool(seen.get(operation.floor)) and ratio(operation, seen) >= aim.of_floor),
        not aim.p95 or median(each["p95"] for each in rounds) < aim.p95,
        not aim.rate or median(each["rate"] for each in rounds) >= aim.rate,
    ]
    return f"{words}: {'reached' if all(reached) else 'missed'}"


def table(rows: list[list[str]]) -> str:
    """For the screen."""
    widths = [max(len(row[column]) for row in [list(HEAD), *rows]) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in {0, 4} else cell.rjust(width) for column, (cell, width) in enumerate(cells)
        )
        for cells in (zip(row, widths, strict=True) for row in [list(HEAD), *rows])
    )


def markdown(rows: list[list[str]]) -> str:
    """For the page."""
    return "\n".join("| " + " | ".join(row) + " |" for row in [list(HEAD), ["---"] * len(HEAD), *rows])


def machine() -> str:
    """What it ran on."""
    information = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.*)", information.read_text()) if information.exists() else None
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({found[1] if found else platform.machine()}), {memory:.0f} GiB, {platform.system()}"
    )


def results(rows: list[list[str]], facts: Mapping[str, str]) -> str:
    """The part of docs/benchmarks.md that a run writes anew."""
    said = {"Date": f"{datetime.now(UTC):%d %B %Y, %H:%M} UTC", "Machine": machine(), **facts}
    listed = "\n".join(f"- {name}: {words}" for name, words in said.items())
    return f"{BEGIN}\n\n{listed}\n\n{markdown(rows)}\n\n{END}"


def write(path: Path, text: str) -> None:
    """Put the results between their marks; the rest of the page is written by people."""
    page = path.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(before + text + after, encoding="utf-8")
