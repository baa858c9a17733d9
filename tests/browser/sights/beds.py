"""The pages of beds and places, and of closing some."""

from django.urls import reverse
from django.utils import timezone

from homefirst.actions import beds as bed_actions
from homefirst.actions import changes as capacity
from homefirst.actions import wards as ward_actions
from homefirst.models import Spell
from tests.browser.sights.scene import Scene, Sight, about, plain
from tests.factories import homefirst_beds as beds
from tests.factories import people

SIGHTS: dict[str, list[Sight]] = {
    "beds": [plain("beds", "bed_boss"), plain("beds", "ward")],
    "bed_matches": [plain("bed_matches", "bed_boss")],
    "ward": [
        Sight("bed_boss", lambda scene: reverse("ward", args=[scene.bed_ward.slug])),
        Sight("ward", lambda scene: reverse("ward", args=[scene.bed_ward.slug])),
    ],
    "bed_reserve": [about("bed_reserve", "bed_boss", "bed_free", "Keep it")],
    "bed_occupy": [
        about("bed_occupy", "bed_boss", "bed_free", "They are here"),
        Sight("bed_boss", lambda scene: reverse("bed_occupy", args=[scene.kept.bed_id]), "They are here"),
    ],
    "bed_close": [about("bed_close", "bed_boss", "bed_free", "Close it")],
    "bed_let_go": [about("bed_let_go", "bed_boss", "kept"), about("bed_let_go", "bed_boss", "stay")],
    "bed_release": [about("bed_release", "bed_boss", "stay", "They have left")],
    "bed_move": [about("bed_move", "bed_boss", "stay", "Move")],
    "bed_leaving": [about("bed_leaving", "bed_boss", "stay")],
    "bed_cleaned": [about("bed_cleaned", "bed_boss", "cleaning")],
    "bed_open": [about("bed_open", "bed_boss", "shut")],
    "change_propose": [
        Sight("bed_boss", lambda scene: reverse("change_propose", args=[scene.bed_ward.slug]), "See whom it touches")
    ],
    "changes": [plain("changes", "bed_boss")],
    "change": [about("change", "bed_boss", "proposal"), about("change", "bed_boss", "withdrawn")],
}


class Beds(Scene):
    """A ward with a bed in every state, places at home, and a proposal that touches two people."""

    def prepare(self) -> None:
        self.ward = people.actor("ward_coordinator", at=self.cast.trust)
        self.bed_ward = beds.ward(*[{}] * 8, runs=self.cast.trust)
        beds.virtual_ward(runs=self.cast.trust, service=self.cast.service)
        boss = self.bed_boss = beds.manager(self.bed_ward)
        self.bed_free, taken, kept, shut, dirty, closing = list(self.bed_ward.beds.order_by("number"))[:6]
        self.stay, self.kept = beds.occupied(taken, by=boss), beds.reserved(kept, by=boss)
        self.shut = ward_actions.close_bed(bed_id=shut.pk, by=boss, reason="Leaking roof")
        left = beds.occupied(dirty, by=boss)
        bed_actions.release(spell_id=left.pk, by=boss, destination="usual_home")
        self.cleaning = Spell.objects.get(bed=dirty, kind="cleaning")
        proposal = {"kind": "close_beds", "ward_id": self.bed_ward.pk, "reason": "Ill", "starts_at": timezone.now()}
        self.proposal, self.withdrawn = (
            capacity.propose(by=boss, things=things, **proposal) for things in ([taken.pk, kept.pk], [closing.pk])
        )
        capacity.withdraw(change_id=self.withdrawn.pk, by=boss)
