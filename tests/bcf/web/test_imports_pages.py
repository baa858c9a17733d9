"""Importing on the page: what is checked, shown, refused, imported and undone; and who may."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bcf import importing
from bcf.models import Batch, PublishedFigure
from tests.bcf.test_imports import SHIPPED, WHY, bring, file, line, mark_of, upload
from tests.factories import directory, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    directory.area("leicestershire")
    return people.sign_in(client, "bcf_manager")


def send(client, content, name="figures.csv"):
    return client.post(reverse("imports"), {"file": SimpleUploadedFile(name, content, "text/csv")})


def at(batch, what="import_batch"):
    return reverse(what, args=[batch.pk])


def test_from_file_to_figures_and_back(client, manager):
    answer = send(client, SHIPPED.read_bytes(), "bcf_2016_17.csv")
    batch = Batch.objects.get()
    assert answer["Location"] == at(batch)
    page = client.get(at(batch)).content.decode()
    assert "<strong>6</strong> new" in page
    assert "Import 6 figures" in page
    assert "Why do these figures change?" not in page
    answer = client.post(at(batch, "import_commit"), {"expected": mark_of(batch)}, follow=True)
    assert "6 figures imported." in answer.content.decode()
    answer = client.post(at(batch, "import_undo"), {"reason": "Loaded twice"}, follow=True)
    assert "This import was undone" in answer.content.decode()
    assert not PublishedFigure.objects.filter(known_to=None).exists()
    assert batch.name in client.get(reverse("imports")).content.decode()


def test_mistakes_are_shown_by_row_and_column_and_nothing_is_imported(client, manager):
    send(client, file(line(88), line(188, period="2017/18"), line("x", period="2018/19")))
    batch = Batch.objects.get()
    page = client.get(at(batch)).content.decode()
    assert "This file has mistakes" in page
    assert "1 row of 3 is in order" in page
    assert "This cannot be over 100%" in page
    assert "Import " not in page.partition("<main")[2].replace("Import published figures", "")
    rows = client.get(at(batch, "import_mistakes")).content.decode().splitlines()
    assert [row.split(",")[:2] for row in rows[1:]] == [["3", "value"], ["4", "value"]]
    client.post(at(batch, "import_discard"))
    assert client.get(at(batch, "import_mistakes")).status_code == 404
    assert "This file was thrown away" in client.get(at(batch)).content.decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"name,number\nAnn,1", "The first row must name the columns"),
        ("metric,área".encode("latin-1"), "not in UTF-8"),
        (b"x" * (importing.MOST_BYTES + 1), "larger than 4 MB"),
    ],
)
def test_what_is_no_file_of_figures_is_said_beside_the_file(client, manager, content, said):
    answer = send(client, content)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Batch.objects.exists()


def test_no_file_at_all(client, manager):
    answer = client.post(reverse("imports"))
    assert answer.status_code == 422
    assert "Choose a file" in answer.content.decode()


def test_what_changes_is_shown_old_and_new_and_needs_a_reason(client, manager):
    bring(manager, line(88))
    batch = upload(manager, line(86, counts="860,1000"))
    page = client.get(at(batch)).content.decode()
    assert "<del>88%</del>" in page
    assert "</span> 1,000" in page
    assert "86%" in page
    answer = client.post(at(batch, "import_commit"), {"expected": mark_of(batch), "reason": "no"})
    assert answer.status_code == 422
    assert "Say why in at least 10 characters" in answer.content.decode()
    client.post(at(batch, "import_commit"), {"expected": mark_of(batch), "reason": WHY})
    assert PublishedFigure.objects.get(known_to=None).value == 86


def test_what_changed_meanwhile_is_shown_anew_with_what_was_typed(client, manager):
    bring(manager, line(88))
    batch = upload(manager, line(86))
    seen = mark_of(batch)
    bring(manager, line(87), reason=WHY)
    answer = client.post(at(batch, "import_commit"), {"expected": seen, "reason": WHY})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "since you opened this page" in page
    assert "<del>87%</del>" in page
    assert WHY in page
    assert mark_of(batch) in page
    assert client.post(at(batch, "import_commit"), {"reason": WHY}).status_code == 422


def test_a_file_that_says_nothing_new(client, manager):
    bring(manager, line(88))
    batch = upload(manager, line(88))
    assert "nothing to import" in client.get(at(batch)).content.decode()
    answer = client.post(at(batch, "import_commit"), {"expected": mark_of(batch)})
    assert "Nothing in this file is new" in answer.content.decode()


def test_an_import_that_another_stands_on_says_what_to_undo_first(client, manager):
    first = bring(manager, line(88))
    bring(manager, line(86), reason=WHY)
    answer = client.post(at(first, "import_undo"), {"reason": "Wrong file chosen"})
    assert answer.status_code == 422
    assert "A later import changed 1 figure" in answer.content.decode()


def test_numbers_of_a_small_figure_are_not_shown_even_to_who_imports_them(client, manager):
    batch = upload(manager, line(36.36, counts="4,11"), line("41.41", period="2017/18"))
    page = client.get(at(batch)).content.decode()
    assert "not shown" in page
    assert "36.36" not in page
    assert "41.41" in page


def test_long_lists_are_cut_on_the_page_and_whole_in_the_file(client, manager):
    years = [f"{year}-{month:02}" for year in range(2000, 2020) for month in range(1, 13)]
    good = upload(manager, *(line(50, period=period) for period in years))
    assert "The first 200 of 240 are listed" in client.get(at(good)).content.decode()
    bad = upload(manager, *(line(500, period=period) for period in years))
    assert "The first 200 of 240 mistakes are shown" in client.get(at(bad)).content.decode()
    assert len(client.get(at(bad, "import_mistakes")).content.splitlines()) == 241


def test_the_template_passes_its_own_check(client, manager):
    content = client.get(reverse("import_template")).content
    sheet = importing.check(importing.decode(content))
    assert (sheet.mistakes, sheet.lines[0].value) == ([], Decimal(88))


def test_a_batch_whose_file_can_no_longer_be_read(client, manager):
    batch = upload(manager, line(88))
    Batch.objects.update(content="nonsense")
    assert "The first row must name the columns" in client.get(at(batch)).content.decode()
    assert client.get(reverse("import_batch", args=[manager.id])).status_code == 404


@pytest.mark.parametrize("name", ["imports", "import_template", "target_set"])
def test_a_commissioner_comes_no_further(client, name):
    people.sign_in(client, "commissioner")
    assert client.get(reverse(name)).status_code == 403


def test_a_commissioner_sees_no_batch_and_changes_none(client, db):
    directory.area("leicestershire")
    batch = upload(people.actor("bcf_manager"), line(88))
    people.sign_in(client, "commissioner")
    assert client.get(at(batch)).status_code == 403
    assert client.get(at(batch, "import_mistakes")).status_code == 403
    for what in ("import_commit", "import_discard", "import_undo"):
        assert client.post(at(batch, what), {"expected": mark_of(batch), "reason": WHY}).status_code == 403
    assert Batch.objects.get().state == "ready"
