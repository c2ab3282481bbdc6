"""minos's Models as Avro files of the codec."""

import json
from datetime import date
from uuid import UUID

from minos.common import DataTransferObject, Field

UUID_7 = UUID(int=7)


def test_what_avro_data_shows_is_what_it_was() -> None:
    dto = DataTransferObject("All", fields={"d": Field("d", date, date(1970, 1, 2)), "u": Field("u", UUID, UUID_7)})
    assert dto.avro_data == {"d": 1, "u": str(UUID_7)} and json.dumps(dto.avro_data) == json.dumps(
        {"d": 1, "u": str(UUID_7)}
    )
