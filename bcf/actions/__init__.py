"""Every change that people make to figures: targets, and figures that somebody else published."""

from bcf.actions.imports import commit_import, discard_import, undo_import, upload_figures
from bcf.actions.targets import end_target, load_targets, set_target

__all__ = [
    "commit_import",
    "discard_import",
    "end_target",
    "load_targets",
    "set_target",
    "undo_import",
    "upload_figures",
]
