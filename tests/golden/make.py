"""Writes golden files that are not there yet: ``python -m tests.golden.make``, and ``... make stock`` for stock's.

Files that are there are never written again: what was stored once has to be read for ever. What another version writes
differently has another file, in the folder of that version.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
#: The version that is to be written: each has what changed since the one before.
VERSION = "0.2.0"


def contexts() -> dict[str, Any]:
    """Build the context of each golden file of ours, by name.

    :return: The contexts.
    """
    from minos_saga_context import SagaContext
    from tests.golden.expected import CONTEXTS, GOLDEN

    inner = {name: SagaContext(fields) for name, fields in CONTEXTS.items()}
    return {**{tag: SagaContext(fields) for tag, fields in GOLDEN.items()}, "context": SagaContext(inner)}


def _stock() -> dict[str, Any]:
    from minos.saga import SagaContext

    from tests.golden.expected import STOCK, STOCK_PUT

    assert SagaContext.__module__ == "minos.saga.context" and "minos_saga_context" not in sys.modules
    return {name: SagaContext(**STOCK_PUT.get(name, fields)) for name, fields in STOCK.items()}


def main() -> None:
    """Write the files."""
    folder, made = (HERE / "stock-0.7.0", _stock()) if sys.argv[1:] == ["stock"] else (HERE / VERSION, contexts())
    for name, context in made.items():
        path, raw = folder / f"{name}.avro", context.avro_bytes
        known = sorted(HERE.glob(f"{'[0-9]' if folder.name == VERSION else 'stock-'}*/{name}.avro"))
        if not known or (known[-1].parent != folder and known[-1].read_bytes() != raw):
            folder.mkdir(exist_ok=True)
            path.write_bytes(raw)
            print(path.relative_to(HERE))


if __name__ == "__main__":
    main()
