"""The document, the page made from it, and the guide agree with the code."""

import json
import re
from pathlib import Path

import orjson
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from api.documentation import examples, shapes
from api.fields import read
from api.inputs import ReferralIn
from api.models import Client
from api.problems import CODES, Code
from api.schema import document
from api.scopes import Scope
from api.views.steps import OFFER_STEPS, REFERRAL_STEPS
from referrals.codes import Outcome
from tests.api.world import World

ROOT = Path(__file__).resolve().parents[2]


def operations():
    return [operation for item in document()["paths"].values() for operation in item.values()]


def test_it_is_openapi_3_1_and_the_committed_copy_is_up_to_date(client):
    served = client.get("/api/v1/openapi.json")
    assert served.json()["openapi"] == "3.1.0"
    assert served["Content-Type"] == "application/json"
    copy = (ROOT / "docs" / "openapi.json").read_bytes()
    assert orjson.loads(copy) == served.json(), "Run: manage.py write_openapi"
    assert client.get("/api/v1/openapi.json").content == served.content


def test_every_operation_has_words_a_name_of_its_own_and_documented_refusals():
    names = [operation["operationId"] for operation in operations()]
    assert len(names) == len(set(names)) == 57
    for operation in operations():
        assert operation["summary"] and operation["description"]
        assert "401" in operation["responses"]
        if operation["operationId"] != "getToken":
            assert {"403", "406", "429", "500"} <= set(operation["responses"])
            assert "Retry-After" in operation["responses"]["429"]["headers"]


def test_every_step_documents_its_version_and_its_stale_answer():
    for step in (*REFERRAL_STEPS, *OFFER_STEPS):
        name = "".join(part.title() for part in step.verb.value.split("-"))
        (found,) = [each for each in operations() if each["operationId"] == f"step{name}"]
        required = {each["name"] for each in found["parameters"] if each.get("required")}
        assert "If-Match" in required
        assert {"409", "412", "428"} <= set(found["responses"])


def test_the_security_scheme_is_client_credentials_with_every_scope():
    flows = document()["components"]["securitySchemes"]["oauth2"]["flows"]
    assert set(flows) == {"clientCredentials"}
    assert flows["clientCredentials"]["tokenUrl"] == "/oauth2/token"
    assert set(flows["clientCredentials"]["scopes"]) == set(Scope)


def test_examples_have_the_shape_of_their_body():
    for example in examples.SEND:
        read(ReferralIn, example.value)
    for step in (*REFERRAL_STEPS, *OFFER_STEPS):
        read(step.shape, examples.BODIES[step.shape.__name__])


def test_every_code_is_explained_and_every_meaning_is_a_sentence():
    assert set(CODES) == set(Code)
    assert all(entry.meaning.endswith(".") for entry in CODES.values())


def test_every_code_that_the_rules_raise_is_a_stable_one():
    rooms = [*ROOT.glob("referrals/**/*.py"), *ROOT.glob("homefirst/**/*.py"), *ROOT.glob("audit/errors.py")]
    raised = {code for path in rooms for code in re.findall(r'\bcode="([A-Z_]{4,})"', path.read_text())}
    partners_never_meet = {"CANNOT_UNDO", "ALREADY_SENT", "ALERT_TAKEN"}
    partners_never_meet |= {"PICTURE_CHANGED", "TOUCHES_PEOPLE", "WORKS_ALREADY"}  # changes of capacity, the rota
    partners_never_meet |= {"HUB_LED", "WARD_LED", "PATHWAY_CONTRADICTS"}  # people agree on pathways
    partners_never_meet |= {code for code in raised if code.startswith("NEEDS_")}  # crisis support
    assert raised - partners_never_meet <= set(Code)


def test_the_page_shows_operations_errors_scopes_and_examples(client):
    answer = client.get(reverse("api_docs"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "curl --user" in page and "http://testserver/oauth2/token" in page
    for words in (*Code, *Outcome, "referrals.write", "surgery-2041", "#shape-Problem", 'id="shape-Problem"'):
        assert str(words) in page, words
    for operation in operations():
        assert f'id="{operation["operationId"]}"' in page
    linked = set(re.findall(r'href="#([^"]+)"', page)) - {"maincontent"}
    assert linked <= set(re.findall(r'\bid="([^"]+)"', page))


def test_a_problems_type_leads_to_its_explanation(client, world: World):
    problem = world.surgery.get("/api/v1/referrals/none").json()
    path, _, anchor = problem["type"].partition("#")
    assert f'id="{anchor}"' in client.get(path).content.decode()


def test_the_guide_names_what_exists():
    guide = (ROOT / "docs" / "api.md").read_text()
    paths = set(document()["paths"])
    for path in re.findall(r"(/(?:api/v1|oauth2)/[a-z0-9/{}.\-]*)", guide):
        known = path.rstrip("./") in {each.rstrip("/") for each in paths} | {"/api/v1", "/api/v1/openapi.json"}
        assert known, path
    assert set(re.findall(r"`([A-Z]+_[A-Z_]+)`", guide)) <= set(Code)


def test_the_shape_of_a_problem_lists_the_codes():
    assert set(shapes.Problem().fields["code"].choices) == {code.value for code in Code}


class TestCommands:
    def test_register_and_end(self, world: World, capsys):
        code = world.practice.ods_code
        call_command(
            "register_client", "Surgery system", code, "--scope", "referrals.read", "--scope", "referrals.write"
        )
        given = dict(line.split(": ") for line in capsys.readouterr().out.strip().splitlines())
        client = Client.objects.get(client_id=given["client_id"])
        assert client.scopes == ["referrals.read", "referrals.write"]
        assert client.organisation == world.practice
        call_command("end_client", given["client_id"])
        assert Client.objects.in_use().filter(pk=client.pk).count() == 0
        with pytest.raises(CommandError, match="already ended"):
            call_command("end_client", given["client_id"])

    def test_refusals(self, world: World):
        scope = ("--scope", "referrals.read")
        with pytest.raises(CommandError, match="organisation"):
            call_command("register_client", "A", "NOPE", *scope)
        with pytest.raises(CommandError, match="team"):
            call_command("register_client", "A", world.practice.ods_code, "--team", "nope", *scope)
        with pytest.raises(CommandError, match="name"):
            call_command("register_client", " ", world.practice.ods_code, *scope)

    def test_the_written_document_is_the_served_one(self, settings, tmp_path):
        settings.BASE_DIR = tmp_path
        (tmp_path / "docs").mkdir()
        call_command("write_openapi")
        assert json.loads((tmp_path / "docs" / "openapi.json").read_text()) == document()
