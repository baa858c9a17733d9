"""Tables as CSV files that a spreadsheet opens as text, never as a formula."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse

from pages.words import LONDON

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it Excel reads names that are not English as another encoding."""

LEFT_OUT = "Only the first {most:,} rows are in this file. Filter the list to have the others."


def csv_file(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Any]], *, most: int | None = None
) -> HttpResponse:
    """A download; times in London, dates as ISO, text that would start a formula made harmless with an apostrophe.

    With more rows than `most`, the last line says that some are left out: give one row more than that to find out.
    """
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "no-store"
    writer = csv.writer(response)
    writer.writerow(header)
    for number, row in enumerate(rows):
        if number == most:
            writer.writerow([LEFT_OUT.format(most=most)])
            break
        writer.writerow([cell(value) for value in row])
    return response


def cell(value: Any) -> str:
    """One value as text that no spreadsheet calculates."""
    if isinstance(value, datetime):
        return value.astimezone(LONDON).isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text
