"""The sheets of a board pack: one metric each, with its chart and its latest numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from bcf.charts import ChartPoint, XmrChart
from bcf.metrics import METRICS, Metric
from bcf.packs import Pack
from bcf.presenters.tiles import Tile, board, judged, tiles

LATEST = 12
"""So many periods have room in the table of a sheet."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of the pack."""

    number: int
    metric: Metric
    tile: Tile
    chart: XmrChart
    latest: Sequence[ChartPoint]


def sheets(pack: Pack) -> list[Sheet]:
    """Read and judge the metrics of a pack, in its order; at most three statements."""
    read = board(pack.choice, pack.keys)
    charts = {
        key: judged(read.of(key), read.targets, pack.choice.known_at, key=key.replace("_", "-")) for key in pack.keys
    }
    return [
        Sheet(number, METRICS[tile.key], tile, charts[tile.key], charts[tile.key].points[: -LATEST - 1 : -1])
        for number, tile in enumerate(tiles(read, pack.keys), 1)
    ]
