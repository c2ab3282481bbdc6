"""The client on a real server: store, load, delete; options, a missing table, a role that may not make it."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from minos.common import ConnectionException, DatabaseClientException, ProgrammingException
from minos.saga import SagaContext, SagaStatus
from minos.saga.testing import SagaExecutionRepositoryTestCase
from psycopg.conninfo import conninfo_to_dict

from minos_saga_context.postgres import PostgresDatabaseClient
from tests.support.exact import picture
from tests.support.postgres import FACTORY, client, database, raw, role, sql, with_options
from tests.support.sagas.sagas import CONFIG, ORDER, injector_of, running_shop
from tests.support.samples import SAMPLES


async def test_a_saga_of_the_shop(dsn: str) -> None:
    async with running_shop(dsn) as shop:
        uuid = await shop.start(SagaContext(ORDER))
        assert sql(dsn, "SELECT uuid, status, saga, step FROM saga_execution") == [
            (uuid, "paused", "tests.support.sagas.sagas", "2/5 reserve")
        ]
        await shop.answer(uuid, {"code": "007"})
        assert (await shop.storage.load(uuid)).context.total == 23.0
    async with running_shop(dsn) as shop:
        execution = await shop.answer(uuid, {"receipt": "01", "amount": 23.0})
        assert execution.status == SagaStatus.Finished and execution.context.status == "finished"
        assert sql(dsn, "SELECT * FROM saga_execution") == []
        with pytest.raises(Exception, match="was not found"):
            await shop.storage.load(uuid)


class TestMinosOwnCaseForRepositories(SagaExecutionRepositoryTestCase):  # type: ignore[misc]
    """The test case that minos.saga ships, with PostgreSQL."""

    __test__ = True
    CONFIG_FILE_PATH = CONFIG

    def setUp(self) -> None:
        self.database = database()
        self.dsn = self.database.__enter__()
        self.addCleanup(self.database.__exit__, None, None, None)
        super().setUp()

    def get_injections(self) -> list[Any]:
        return list(injector_of(self.dsn).injections.values())

    def build_saga_execution_repository(self) -> Any:
        return self.injector.saga_manager.storage


async def test_every_sample_comes_back(dsn: str) -> None:
    async with client(dsn) as found:
        for place, value in enumerate(SAMPLES.values()):
            uuid, context = UUID(int=place), SagaContext(value=value)
            await found.execute(FACTORY.build_store(uuid, **raw(context, user=str(uuid))))
            await found.execute(FACTORY.build_load(uuid))
            loaded = await found.fetch_one()
            version, awaits = loaded.pop("version"), loaded.pop("awaits")
            assert loaded == {**raw(context), "uuid": str(uuid), "user": str(uuid)}
            assert type(version) is UUID and awaits is None
            assert picture(SagaContext.from_avro_str(loaded["context"])) == picture(context)


async def test_replicas_that_start_at_once_make_the_table_once(dsn: str) -> None:
    async def store() -> None:
        async with client(dsn) as found:
            await found.execute(FACTORY.build_store(uuid4(), **raw()))

    await asyncio.gather(*(store() for _ in range(12)))
    assert sql(dsn, "SELECT count(*) FROM saga_execution") == [(12,)]


async def test_a_role_that_may_not_make_the_table(dsn: str) -> None:
    with role(dsn) as name:
        async with client(dsn, user=name, password=name) as found:
            with pytest.raises(DatabaseClientException, match=r"CREATE on the schema.*minos-saga-context schema"):
                await found.execute(FACTORY.build_load(uuid4()))
            async with client(dsn) as owner:
                await owner.execute(FACTORY.build_load(uuid4()))
            with pytest.raises(DatabaseClientException, match="permission denied"):
                await found.execute(FACTORY.build_load(uuid4()))
            sql(dsn, f"GRANT SELECT ON saga_execution TO {name}")
            await found.execute(FACTORY.build_load(uuid4()))
            with pytest.raises(ProgrammingException):
                await found.fetch_one()


def test_options(dsn: str) -> None:
    with pytest.raises(TypeError, match="sslmod"):
        PostgresDatabaseClient(dsn, sslmod="require")


async def test_tls_and_all_else_of_libpq_pass_through(dsn: str) -> None:
    async with client(with_options(dsn, host="localhost"), port=1, sslmode="require", patience=0.3) as found:
        with pytest.raises(ConnectionException):
            await found.execute(FACTORY.build_load(uuid4()))
    options = conninfo_to_dict(dsn)
    async with client("", database=options.pop("dbname"), **options) as found:
        await found.execute(FACTORY.build_load(uuid4()))


async def test_only_its_own_operations(dsn: str) -> None:
    async with client(dsn) as found:
        with pytest.raises(ValueError, match="must be"):
            await found._execute(object())
