"""The pages of the figures: dashboard, published figures, targets and imports."""

from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from bcf import figures, importing
from bcf.actions import commit_import, load_targets, upload_figures
from bcf.models import Target, UnmetNeedFact
from bcf.periods import Period, start_of
from directory.codes import AreaLevel
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
        plain("home_first_audit", "commissioner", query="?period=quarter.1999-01-01"),
    ],
    "unmet_by_hour": [
        plain("unmet_by_hour", "commissioner", query="?show=needs"),
        plain("unmet_by_hour", "commissioner", query="?quarter=1999-01-01&place=none&show=x"),
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
        self.needs()
        directory.area("leicestershire")
        self.target = load_targets(by=self.manager) and Target.objects.get()
        self.imported, self.corrected, self.faulty = (
            upload_figures(by=self.manager, name="figures.csv", content=content)
            for content in (FIGURES, FIGURES.replace(b",88,", b",87,"), FIGURES.replace(b",88,", b",188,"))
        )
        changes = importing.compare(importing.check(self.imported.content).lines)
        commit_import(by=self.manager, batch_id=self.imported.pk, expected=importing.fingerprint(changes))

    def needs(self) -> None:
        """Unmet need of three services, all day, in the evening, and too few to tell."""
        directory.area("llr", level=AreaLevel.SYSTEM)
        quarter = start_of(Period.QUARTER, timezone.localdate())
        by_hour = [(0, hour, 5 + 4 * (hour % 6)) for hour in range(8, 20)] + [(1, 20, 30), (2, 9, 2), (2, 20, 7)]
        services = [directory.service().pk for _ in range(3)]
        needs = [(services[service], hour) for service, hour, times in by_hour for _ in range(times)]
        UnmetNeedFact.objects.bulk_create(
            UnmetNeedFact(
                need_id=number,
                referral_id=UUID(int=number),
                service_id=service,
                recorded_on=quarter,
                recorded_hour=hour,
                care_seconds=9_000,
            )
            for number, (service, hour) in enumerate(needs, start=10**9)
        )
        with transaction.atomic():
            figures.count_all("Counted for the first time")
