"""The table of executions. Replicas that start at once make it once; by hand, it is run as it is printed."""

from __future__ import annotations

#: A version is no number: a store whose answer was lost with the connection has to know its own work again.
SCHEMA = """\
CREATE TABLE IF NOT EXISTS saga_execution (
    uuid uuid PRIMARY KEY,
    version uuid NOT NULL,
    status text NOT NULL,
    saga text NOT NULL,
    step text NOT NULL,
    started timestamptz NOT NULL,
    stored timestamptz NOT NULL,
    -- The request that it waits for: no other answer makes it go on, nor the same one twice.
    awaits uuid,
    -- The context as people and SQL read it: secrets masked, types named where JSON has none.
    fields jsonb NOT NULL,
    -- The context as it is, an Avro file; and the rest of the execution, as minos writes it.
    context bytea NOT NULL,
    execution json NOT NULL
);
-- Avro is compressed already.
ALTER TABLE saga_execution ALTER COLUMN context SET STORAGE EXTERNAL;
CREATE INDEX IF NOT EXISTS saga_execution_fields ON saga_execution USING gin (fields jsonb_path_ops);
CREATE INDEX IF NOT EXISTS saga_execution_status ON saga_execution (status, stored);
"""

#: A database with a stricter default would refuse statements for what others do; versions and claims look after that.
ISOLATION = "SET default_transaction_isolation = 'read committed'"

#: IF NOT EXISTS alone does not keep two replicas apart: they take turns.
TURN = "SELECT pg_advisory_xact_lock(7165065848934463843)"
EXISTS = "SELECT to_regclass('saga_execution') IS NOT NULL AS found"

_INSERT = """\
INSERT INTO saga_execution
    (uuid, version, awaits, status, saga, step, started, stored, fields, context, execution)
VALUES (%(uuid)s, %(new)s, %(awaits)s, %(status)s, %(saga)s, %(step)s, %(started)s, %(stored)s, %(fields)s,
    %(context)b, %(execution)s)
ON CONFLICT (uuid) DO """
#: Whatever stands there is replaced, as in minos's other stores: the execution was made here, and never loaded.
REPLACE = f"""{_INSERT}UPDATE SET version = EXCLUDED.version, awaits = EXCLUDED.awaits, status = EXCLUDED.status,
    saga = EXCLUDED.saga, step = EXCLUDED.step, started = EXCLUDED.started, stored = EXCLUDED.stored,
    fields = EXCLUDED.fields, context = EXCLUDED.context, execution = EXCLUDED.execution
"""
KEEP = f"{_INSERT}NOTHING"
UPDATE = """\
UPDATE saga_execution SET version = %(new)s, awaits = %(awaits)s, status = %(status)s, saga = %(saga)s, step = %(step)s,
    started = %(started)s, stored = %(stored)s, fields = %(fields)s,
    context = %(context)b, execution = %(execution)s
WHERE uuid = %(uuid)s AND version IN (%(version)s, %(new)s)
"""
LOAD = "SELECT version, awaits, context, execution FROM saga_execution WHERE uuid = %(uuid)s"
#: What the tool reads, and what narrows it. Conditions that are not asked are NULL.
_FOUND = """\
FROM saga_execution WHERE uuid BETWEEN %(low)s AND %(high)s AND (%(after)s::uuid IS NULL OR uuid > %(after)s)
    AND (%(status)s::text IS NULL OR status = %(status)s) AND (%(saga)s::text IS NULL OR saga = %(saga)s)
    AND (%(before)s::timestamptz IS NULL OR started <= %(before)s OR execution->>'started' IS NULL)
    AND (%(where)s::jsonpath IS NULL OR fields @@ %(where)s::jsonpath)
ORDER BY uuid LIMIT %(batch)s
"""
LIST = f"SELECT uuid, awaits, context, execution {_FOUND}"
#: The times are those that were noted: what a stock service stored has none. The size is that of LMDB's JSON.
HEADS = f"""\
SELECT uuid::text, saga, status, step,
    CASE WHEN execution->>'started' IS NOT NULL THEN started END AS started,
    CASE WHEN execution->>'stored' IS NOT NULL THEN stored END AS stored,
    octet_length(execution::text) + (octet_length(context) + 2) / 3 * 4 AS size {_FOUND}"""
GET = "SELECT uuid, awaits, context, execution FROM saga_execution WHERE uuid = ANY(%(uuids)s)"
DELETE = "DELETE FROM saga_execution WHERE uuid = %(uuid)s"
DELETE_VERSION = f"{DELETE} AND version = %(version)s"

#: Held by the session: when the process dies, so does its claim.
CLAIM = "SELECT pg_try_advisory_lock(%(key)s) AS claimed"
RELEASE = "SELECT pg_advisory_unlock(%(key)s)"
