"""Locks and forks: workers are forked while threads are at work."""

import os

import pytest

from tests.support.process import run

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")

FORKS = 50
#: Threads hold each lock of the package most of the time, while children are forked that need it.
CODE = f"""
import faulthandler, itertools, json, os, sys, threading, warnings
from minos_saga_context import ContextHistory, SagaContext, activate, deactivate, is_active

warnings.simplefilter("ignore")  # newer Pythons warn of forks while there are threads
sys.setswitchinterval(1e-4)
history, done, counter = ContextHistory(), threading.Event(), itertools.count()

def read():
    SagaContext(items=[1], keys=(2,))["items"].append(SagaContext(values="text")["values"])

def write():
    name = f"f{{next(counter)}}"  # a shape that is new
    assert SagaContext.from_avro_str(SagaContext({{name: [1, "a"]}}).avro_str)[name] == [1, "a"]

def plug():
    deactivate()
    activate()

def record():
    history.clear()
    with history:
        pass

def again(action):
    while not done.is_set():
        action()

def child():
    faulthandler.dump_traceback_later(12, exit=True)
    for action in (read, write, plug, record):
        action()
    return is_active()

threads = [threading.Thread(target=again, args=(action,)) for action in (read, read, write, write, plug, record)]
for thread in threads:
    thread.start()
ends = []
for _ in range({FORKS}):
    pid = os.fork()
    if not pid:
        try:
            os._exit(0 if child() else 1)
        finally:
            os._exit(2)
    ends.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    if ends[-1]:
        break  # it hung: it said where
done.set()
for thread in threads:
    thread.join()
assert not any(ends), ends
print(json.dumps(ends))
"""


def test_children_of_a_fork_find_locks_free_and_what_they_guard_whole() -> None:
    assert run(CODE) == [0] * FORKS
