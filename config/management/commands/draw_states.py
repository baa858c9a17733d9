"""Draw docs/states from the state tables."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from homefirst.diagrams import diagrams
from referrals.diagrams import offer_diagram, referral_diagram


class Command(BaseCommand):
    help = "Draw the state diagrams in docs/states."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "docs" / "states"
        folder.mkdir(parents=True, exist_ok=True)
        drawn = {"referral.md": referral_diagram(), "offer.md": offer_diagram()} | diagrams()
        for name, text in drawn.items():
            (folder / name).write_text(text)
            self.stdout.write(f"docs/states/{name}")
