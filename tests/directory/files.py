"""The data files of the directory, to make mistakes in, and the command that loads them."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Put other words into a file, once."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def load(**options: object) -> str:
    """What the command says."""
    out = StringIO()
    call_command("load_reference_data", stdout=out, **options)
    return out.getvalue()
