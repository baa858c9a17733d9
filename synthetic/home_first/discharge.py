"""People on their way out of hospital, and those who got home."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synthetic.home_first import Scene


def fill(scene: "Scene") -> None:
    """Make them."""
