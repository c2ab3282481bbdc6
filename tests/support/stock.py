"""Stock minos, in a process of its own: reads what we wrote, and tells what it makes of values itself.

Run as a script by :func:`ask`; our package cannot be imported there. A job is a name and its arguments:

- ``("read", bytes)``: open a file, and picture the fields;
- ``("keep", tag, place)``: put a sample, store it, load it;
- ``("put", value)``: put a value, store it, load it.
"""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]


class Answer(NamedTuple):
    """What stock made of a job."""

    #: What went wrong, or ``None``.
    error: Any
    #: The picture of each field that it read, by name.
    pictures: dict[str, Any]
    #: What it wrote.
    raw: bytes = b""


def ask(jobs: list[tuple[Any, ...]]) -> list[Answer]:
    """Do jobs in a process of stock minos.

    :param jobs: The jobs.
    :return: An answer for each.
    """
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    result = subprocess.run(
        [sys.executable, __file__],
        input=pickle.dumps(jobs),
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    return [Answer(*answer) for answer in pickle.loads(result.stdout)]


class _NoPackage:
    def find_spec(self, name: str, *args: Any) -> None:
        if name.split(".", maxsplit=1)[0] == "minos_saga_context" or name.startswith("minos.plugins"):
            raise ImportError("this is a process without it")


def main() -> None:
    """Answer the jobs of standard input."""
    warnings.simplefilter("ignore")
    logging.disable()
    sys.meta_path.insert(0, _NoPackage())  # type: ignore[arg-type]
    sys.path[0] = str(ROOT)
    out = sys.stdout.buffer
    sys.stdout = sys.stderr
    jobs = pickle.loads(sys.stdin.buffer.read())
    answers = [tuple(_answer(*job)) for job in jobs]
    out.write(pickle.dumps(answers))


def _answer(what: str, *args: Any) -> Answer:
    from minos.saga import SagaContext

    from tests.support import samples
    from tests.support.exact import picture

    assert SagaContext.__module__ == "minos.saga.context" and "__new__" not in vars(SagaContext)
    raw = b""
    try:
        if what == "keep":
            tag, place = args
            value = samples.SAMPLES[tag][place]
            raw = SagaContext(value=value).avro_bytes
        elif what == "put":
            raw = SagaContext(value=args[0]).avro_bytes
        else:
            (raw,) = args
        context = SagaContext.from_avro_bytes(raw)
        return Answer(None, {name: picture(field.value) for name, field in context.fields.items()}, raw)
    except Exception as exc:
        return Answer(repr(exc), {}, raw)


if __name__ == "__main__":
    main()
