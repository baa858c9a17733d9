"""From a file to figures: read the table, check every row, compare with what is known.

Nothing here writes. A file is kept as it came and read again when it is imported, so that the page where it was
checked and the import cannot disagree.
"""

from bcf.importing.changes import Change, Kind, compare, fingerprint
from bcf.importing.lines import Line, Mistake, Sheet, check
from bcf.importing.table import COLUMNS, MOST_BYTES, MOST_ROWS, checksum, decode

__all__ = [
    "COLUMNS",
    "MOST_BYTES",
    "MOST_ROWS",
    "Change",
    "Kind",
    "Line",
    "Mistake",
    "Sheet",
    "check",
    "checksum",
    "compare",
    "decode",
    "fingerprint",
]
