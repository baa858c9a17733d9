"""In views and the API, rows with personal data are reached through what the actor may see."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

from audit.privacy import Privacy, declared

ROOT = Path(__file__).resolve().parents[2]
GATES = {"visible_to", "findable_by", "related_to", "listed_for", "received_by", "to_team_of", "open_for"}
PERSONAL = {
    label.rpartition(".")[2]
    for label, columns in declared().items()
    if Privacy.IDENTIFYING in columns.values() and label.partition(".")[0] in {"patients", "referrals", "homefirst"}
}
FILES = [*ROOT.glob("*/views.py"), *ROOT.glob("*/views/*.py"), *ROOT.glob("api/views/*.py")]


def ungated(path: Path) -> list[str]:
    """Uses of `<PersonalModel>.objects` that no gate follows in the same chain."""
    tree = ast.parse(path.read_text())
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = []
    for node in ast.walk(tree):
        is_manager = isinstance(node, ast.Attribute) and node.attr == "objects" and isinstance(node.value, ast.Name)
        if not is_manager or node.value.id not in PERSONAL:
            continue
        following = parents.get(node)
        if not (isinstance(following, ast.Attribute) and following.attr in GATES):
            found.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.value.id}.objects")
    return found


def test_the_personal_models_are_known():
    assert {"Patient", "Referral"} <= PERSONAL
    assert apps.get_model("patients", "Patient")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_views_start_from_what_the_actor_may_see(path):
    assert not ungated(path)
