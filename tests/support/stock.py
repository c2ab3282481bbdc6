"""Stock minos, in a process of its own: reads what we wrote, and tells what it makes of values itself.

Run as a script by :func:`ask`; our package cannot be imported there. A job is a name and its arguments:

- ``("read", bytes)``: open a file, and picture the fields;
- ``("keep", tag, place)``: put a sample, store it, load it;
- ``("put", value)``: put a value, store it, load it;
- ``("send", content)``: send content in a message, and receive it;
- ``("receive", bytes)``: receive a message.
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
    with Stock() as stock:
        return stock.ask(jobs)


class Stock:
    """A process of stock minos.

    :param apart: Whether each job has a fork of it: what stock reads hangs on the values that its process saw before.
    """

    def __init__(self, *, apart: bool = False):
        self._process = subprocess.Popen(
            [sys.executable, __file__, *(["apart"] if apart else [])],
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )

    def __enter__(self) -> Stock:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def ask(self, jobs: list[tuple[Any, ...]]) -> list[Answer]:
        """Do jobs.

        :param jobs: The jobs.
        :return: An answer for each.
        """
        requests, answers = self._process.stdin, self._process.stdout
        assert requests is not None
        assert answers is not None
        pickle.dump(jobs, requests)
        requests.flush()
        return [Answer(*answer) for answer in pickle.load(answers)]


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
    answer = _answer
    if "apart" in sys.argv:
        # Once, and not in every fork.
        import minos.saga  # noqa: F401

        import tests.classes  # noqa: F401
        from tests.support.sagas import broker  # noqa: F401

        answer = _answer_in_fork
    while True:
        try:
            jobs = pickle.load(sys.stdin.buffer)
        except EOFError:
            break
        pickle.dump([tuple(answer(*job)) for job in jobs], out)
        out.flush()


def _answer_in_fork(*job: Any) -> Any:
    source, sink = os.pipe()
    if not (child := os.fork()):
        with open(sink, "wb") as file:
            pickle.dump(tuple(_answer(*job)), file)
        os._exit(0)
    os.close(sink)
    with open(source, "rb") as file:
        answer = pickle.load(file)
    os.waitpid(child, 0)
    return answer


def _answer(what: str, *args: Any) -> Answer:
    from minos.saga import SagaContext

    from tests.support.exact import picture

    assert SagaContext.__module__ == "minos.saga.context" and "__new__" not in vars(SagaContext)
    raw = b""
    try:
        if what in ("send", "receive"):
            from tests.support.sagas import broker

            raw = args[0] if what == "receive" else broker.message(args[0]).avro_bytes
            return Answer(None, {"value": picture(broker.BrokerMessage.from_avro_bytes(raw).content)}, raw)
        if what == "keep":
            from tests.support import samples

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
