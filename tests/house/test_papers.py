"""Files that must agree with one another."""

import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
PAIRS = {"0.10.2": "10.6.1"}
"""nhsuk-frontend-jinja to nhsuk-frontend, from the wheel's own table of versions."""


def test_the_front_end_and_its_macros_belong_together():
    front = json.loads((ROOT / "package.json").read_text())["dependencies"]["nhsuk-frontend"]
    macros = re.search(r"^nhsuk-frontend-jinja==(\S+)", (ROOT / "requirements/run.txt").read_text(), re.MULTILINE)
    assert PAIRS[macros.group(1)] == front


def test_decisions_are_numbered_as_their_files_say():
    for path in sorted((ROOT / "docs/adr").glob("*.md")):
        number = int(path.name[:4])
        assert path.read_text().startswith(f"# {number}. "), path.name


def test_decisions_have_one_number_each():
    numbers = [path.name[:4] for path in (ROOT / "docs/adr").glob("*.md")]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("name", ["run.txt", "test.txt", "node.txt"])
def test_every_dependency_is_locked_with_hashes_and_names_no_index(name):
    text = (ROOT / "requirements" / name).read_text()
    pinned = re.findall(r"^[a-z0-9].*==\S+ \\$", text, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[a-zA-Z0-9].*==", text, re.MULTILINE))
    assert text.count("--hash=sha256:") >= len(pinned)
    assert "index-url" not in text
    assert "://" not in text


def test_every_direct_dependency_says_why_it_is_there():
    block = re.search(r"^dependencies = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text(), re.MULTILINE | re.DOTALL)
    for line in block.group(1).strip().splitlines():
        assert "# " in line, line


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_readme_links_lead_somewhere():
    text = (ROOT / "README.md").read_text()
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).exists(), target
