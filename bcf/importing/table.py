"""Bytes to rows: what spreadsheets write (marks, semicolons, tabs), and what is no table at all."""

import csv
import hashlib
from collections.abc import Sequence
from io import StringIO

from audit.errors import Invalid

REQUIRED = ("metric", "area", "period", "value", "source")
COLUMNS = (
    "metric",
    "area",
    "period",
    "value",
    "numerator",
    "denominator",
    "target",
    "rag",
    "rag_reason",
    "status",
    "source",
)
MOST_ROWS = 10_000
MOST_BYTES = 4 * 1024 * 1024
SEPARATORS = (",", ";", "\t")
SAVE_AS = "Save it again as “CSV UTF-8 (comma delimited)” and choose that file."


def checksum(text: str) -> str:
    """Tells whether the same content came before."""
    return hashlib.sha256(text.encode()).hexdigest()


def decode(content: bytes) -> str:
    """The file as text. Raises Invalid when it is empty, too large, or not the text of a table."""
    if len(content) > MOST_BYTES:
        raise _refusal(f"The file is larger than {MOST_BYTES // 1024**2} MB. Split it into several files.", "TOO_LARGE")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refusal(f"This file is not in UTF-8, so its letters cannot be told. {SAVE_AS}", "NOT_UTF8") from None
    if "\x00" in text:
        raise _refusal(f"This is not a CSV file. {SAVE_AS}", "NOT_TEXT")
    if not text.strip():
        raise _refusal("The file is empty.", "EMPTY")
    return text


def read(text: str) -> tuple[str, list[tuple[int, dict[str, str]]], list[tuple[int, int]]]:
    """The separator; rows by number, as name to cell; and rows of the wrong length, as number and length.

    Raises Invalid when the header is not ours or there are too many rows.
    """
    lines = text.splitlines(keepends=True)
    if lines and lines[0].lower().startswith("sep="):
        lines = lines[1:]
    separator = _separator(lines[0] if lines else "")
    rows = _rows("".join(lines), separator)
    if not rows:
        raise _refusal("The file is empty.", "EMPTY")
    names = _header(rows[0])
    filled = [(number, row) for number, row in enumerate(rows[1:], 2) if any(cell.strip() for cell in row)]
    if len(filled) > MOST_ROWS:
        raise _refusal(f"The file has {len(filled):,} rows. Import {MOST_ROWS:,} at most at a time.", "TOO_MANY_ROWS")
    if not filled:
        raise _refusal("The file has a header and no rows.", "EMPTY")
    filled = [(number, _trimmed(row, len(names))) for number, row in filled]
    good = [(number, dict(zip(names, row, strict=True))) for number, row in filled if len(row) == len(names)]
    return separator, good, [(number, len(row)) for number, row in filled if len(row) != len(names)]


def _trimmed(row: list[str], length: int) -> list[str]:
    """Without the empty cells that a spreadsheet leaves beyond the last column."""
    return row[:length] if not any(cell.strip() for cell in row[length:]) else row


def _separator(header: str) -> str:
    return max(SEPARATORS, key=header.count)


def _rows(text: str, separator: str) -> list[list[str]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return list(reader)
    except csv.Error:
        message = f"The quotation marks near line {reader.line_num} do not match. {SAVE_AS}"
        raise _refusal(message, "NOT_A_TABLE") from None


def _header(cells: Sequence[str]) -> list[str]:
    names = [cell.strip().lower().replace(" ", "_") for cell in cells]
    while names and not names[-1]:
        names.pop()
    missing = [name for name in REQUIRED if name not in names]
    unknown = [name[:40] or "(no name)" for name in names if name not in COLUMNS]
    twice = sorted({name for name in names if names.count(name) > 1 and name in COLUMNS})
    problems = [
        words + ", ".join(found)
        for words, found in (("missing: ", missing), ("not known: ", unknown[:5]), ("there twice: ", twice))
        if found
    ]
    if problems:
        raise _refusal(
            f"The first row must name the columns. Columns {'; '.join(problems)}. Start from the template.", "HEADER"
        )
    return names


def _refusal(message: str, code: str) -> Invalid:
    return Invalid(message, code=code, field="file")
