"""What the shop writes down, on disk: one JSON line per entry, so that the numbers keep their types."""

import json
from pathlib import Path
from typing import Any

BOOKS = "books.jsonl"

Entry = dict[str, Any]


def write(service: str, event: str, **values: Any) -> None:
    """Add an entry.

    :param service: The service that writes.
    :param event: What happened.
    :param values: What there is to say of it.
    :return: This method does not return anything.
    """
    with Path(BOOKS).open("a") as file:
        file.write(json.dumps({"service": service, "event": event, **values}) + "\n")


def read(service: str, folder: Path = Path()) -> list[Entry]:
    """Get the entries of a service, the oldest first.

    :param service: The service that wrote them.
    :param folder: The folder in which the shop runs.
    :return: A list of entries.
    """
    path = folder / BOOKS
    entries = map(json.loads, path.read_text().splitlines() if path.exists() else [])
    return [entry for entry in entries if entry["service"] == service]
