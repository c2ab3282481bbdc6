"""Draws how time and memory grow with a context. ``make bench-plot`` runs it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

import matplotlib as mpl

from .growth import SIZES
from .sides import ROOT, SIDES, Side

mpl.use("svg")
# The same picture for the same numbers, and text that can be searched.
mpl.rcParams.update({"svg.hashsalt": "minos-saga-context", "svg.fonttype": "none", "font.family": "sans-serif"})

LABELS = {"stock": "stock minos", "peers": "jsonpickle", "ours": "minos-saga-context"}
_COLORS = {"stock": "#b03a2e", "peers": "#7f8c8d", "ours": "#1f618d"}

Growth = dict[str, list[tuple[int, float, float]]]


def measure(sizes: tuple[int, ...], samples: int) -> Growth:
    """Measure all sides at all sizes, in turns.

    :param sizes: The numbers of values.
    :param samples: How many samples to take of each.
    :return: Sizes, seconds and bytes, by side.
    """
    found: Growth = {side: [] for side in SIDES}
    for size in sizes:
        for side in SIDES:
            # A process of its own for each, so that no memory is left over from another.
            with Side(side) as process:
                seconds, peak = process.ask(growth=size, samples=samples)
            found[side].append((size, seconds, peak))
            print(f"{LABELS[side]:20} {size:8} values {seconds * 1e3:12.3f} ms {peak / 2**20:10.3f} MiB", flush=True)
    return found


def draw(growth: Growth, folder: Path) -> list[Path]:
    """Draw time and peak memory.

    :param growth: What was measured.
    :param folder: Where to put the pictures.
    :return: Their paths.
    """
    from matplotlib import pyplot as plt

    paths = []
    for column, name, unit, scale in ((1, "time", "milliseconds", 1e3), (2, "memory", "MiB at the most", 2**-20)):
        figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
        for side, label in LABELS.items():
            points, color = growth[side], _COLORS[side]
            axes.plot([p[0] for p in points], [p[column] * scale for p in points], "o-", label=label, color=color)
        axes.set(xscale="log", yscale="log", xlabel="values in the context", ylabel=unit)
        axes.set_title(f"{name.capitalize()} of writing and reading a context")
        axes.grid(True, which="major", alpha=0.3)
        axes.legend()
        paths.append(folder / f"performance-{name}.svg")
        figure.savefig(paths[-1], metadata={"Date": None, "Creator": None})
        plt.close(figure)
    return paths


def main() -> None:
    """Measure and draw."""
    parser = ArgumentParser(prog="python -m benchmarks.plot", description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "docs", help="where to put the pictures")
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="how many values to go up to")
    parser.add_argument("--samples", type=int, default=3, help="how many samples to take at least")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    growth = measure(tuple(size for size in SIZES if size <= args.largest), args.samples)
    for path in draw(growth, args.folder):
        print(path)


if __name__ == "__main__":
    main()
