"""The pages of the figures: dashboard, published figures, targets and imports."""

from pathlib import Path

from django.urls import reverse

from bcf import importing
from bcf.actions import commit_import, load_targets, upload_figures
from bcf.models import Target
from tests.browser.sights.scene import Scene, Sight, about, plain
from tests.factories import directory

FIGURES = (Path(importing.__file__).parents[1] / "data" / "bcf_2016_17.csv").read_bytes()
SIGHTS: dict[str, list[Sight]] = {
    "figures": [plain("figures", "commissioner"), plain("figures", "commissioner", query="?where=place.none&period=x")],
    "figure": [
        Sight("commissioner", lambda _: reverse("figure", args=["crisis_reached"])),
        Sight("commissioner", lambda _: reverse("figure", args=["referrals_received"]) + "?known_on=2999-01-01"),
        Sight("commissioner", lambda _: reverse("figure", args=["discharged_weekend"])),
    ],
    "home_first_audit": [
        plain("home_first_audit", "commissioner"),
        plain("home_first_audit", "commissioner", query="?quarter=1999-01-01"),
    ],
    "board_pack": [plain("board_pack", "commissioner"), plain("board_pack", "commissioner", query="?chosen=1&m=x")],
    "board_pack_print": [plain("board_pack_print", "commissioner")],
    "published": [
        plain("published", "commissioner"),
        plain("published", "manager", query="?known_on=2999-01-01&area=x"),
    ],
    "published_metric": [
        Sight("commissioner", lambda _: reverse("published_metric", args=["non_elective_admissions"]))
    ],
    "targets": [plain("targets", "commissioner"), plain("targets", "manager")],
    "target_set": [plain("target_set", "manager", "Set target")],
    "target_end": [about("target_end", "manager", "target", "End this target")],
    "imports": [plain("imports", "manager", "Check this file")],
    "import_batch": [
        about("import_batch", "manager", "faulty"),
        about("import_batch", "manager", "corrected", "Import 1 figure"),
        about("import_batch", "manager", "imported", "Undo this import"),
    ],
    "figure_compare": [Sight("commissioner", lambda _: reverse("figure_compare", args=["offers_accepted"]))],
}


class Figures(Scene):
    """A target, and three uploads: imported, corrected, and one with a mistake."""

    def prepare(self) -> None:
        directory.area("leicestershire")
        self.target = load_targets(by=self.manager) and Target.objects.get()
        self.imported, self.corrected, self.faulty = (
            upload_figures(by=self.manager, name="figures.csv", content=content)
            for content in (FIGURES, FIGURES.replace(b",88,", b",87,"), FIGURES.replace(b",88,", b",188,"))
        )
        changes = importing.compare(importing.check(self.imported.content).lines)
        commit_import(by=self.manager, batch_id=self.imported.pk, expected=importing.fingerprint(changes))
