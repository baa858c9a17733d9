"""Packages of care, wanted and running."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synthetic.home_first import Scene


def fill(scene: "Scene") -> None:
    """Make them."""
