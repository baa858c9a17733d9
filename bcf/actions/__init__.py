"""Every change that people make to figures: targets, and figures that somebody else published."""

from bcf.actions.targets import end_target, load_targets, set_target

__all__ = ["end_target", "load_targets", "set_target"]
