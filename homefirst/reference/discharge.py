"""Loads delay reasons, the transfer data set and assessment tools."""

import tomllib
from pathlib import Path
from typing import Any

from homefirst.models import AssessmentTool, DelayReason, TransferItem
from homefirst.transfer import forget_items

DATA = Path(__file__).resolve().parents[1] / "data" / "discharge.toml"


def load(path: Path = DATA) -> None:
    """Create what is missing; nothing that is there changes."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    reasons, transfer, assessments = data["delay_reasons"], data["transfer"], data["assessments"]
    shared = {"valid_from": reasons["valid_from"], "source": reasons["source"]}
    DelayReason.objects.bulk_create(
        [DelayReason(**shared | row) for row in _missing(DelayReason, "code", reasons["reason"], shared)]
    )
    shared = {"valid_from": transfer["valid_from"]}
    items = [row | {"number": number} for number, row in enumerate(transfer["item"], start=1)]
    TransferItem.objects.bulk_create(
        [TransferItem(**shared | row) for row in _missing(TransferItem, "code", items, shared)]
    )
    forget_items()
    _load_tools(assessments)


def _missing(model: Any, name: str, rows: list[dict[str, Any]], shared: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of the file that the database lacks: the same code from the same day."""
    known = set(model.objects.values_list(name, "valid_from"))
    return [row for row in rows if (row[name], row.get("valid_from", shared["valid_from"])) not in known]


def _load_tools(data: dict[str, Any]) -> None:
    known = set(AssessmentTool.objects.values_list("slug", "edition"))
    AssessmentTool.objects.bulk_create(
        [
            AssessmentTool(**{"valid_from": data["valid_from"]} | row)
            for row in data["tool"]
            if (row["slug"], row["edition"]) not in known
        ]
    )
