"""Saves the rows of a chunk whom nobody can be yet: a few statements for all of them, that read JSON.

Nothing here looks at a row: the database does, without Python's lock, so that calls go on beside it.
"""

from datetime import datetime

from sqlalchemy import BigInteger, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.importing.chunk import Chunk
from crm_core.models.types import UtcDateTime

# Many pages are written again and again: the log may grow (16 MB) before they go to the file.
_PAGES_IN_LOG = text("PRAGMA wal_autocheckpoint=4000")
_PAGES_AS_USUAL = text("PRAGMA wal_autocheckpoint=1000")
_NOTHING = "[]"
_ANALYZE = text("ANALYZE customers, contact_points")
_KNOWN = {
    "sqlite": (
        """SELECT DISTINCT json_extract(one.value, '$[0]') FROM json_each(:keys) AS one
        CROSS JOIN contact_points AS point ON point.value = json_extract(one.value, '$[1]') AND point.kind = 'phone'""",
        """SELECT DISTINCT json_extract(one.value, '$[0]') FROM json_each(:names) AS one
        CROSS JOIN customers ON name_folded = json_extract(one.value, '$[1]')
            AND company_folded = json_extract(one.value, '$[2]')""",
    ),
    "postgresql": (
        """SELECT DISTINCT CAST(one->>0 AS integer) FROM json_array_elements(CAST(:keys AS json)) AS keys(one)
        JOIN contact_points AS point ON point.value = one->>1 AND point.kind = 'phone'""",
        """SELECT DISTINCT CAST(one->>0 AS integer) FROM json_array_elements(CAST(:names AS json)) AS names(one)
        JOIN customers ON name_folded = one->>1 AND company_folded = one->>2""",
    ),
}
_IDS = {
    "sqlite": "SELECT coalesce(max(id), 0) FROM customers",
    "postgresql": """SELECT array_agg(nextval(pg_get_serial_sequence('customers', 'id')))
        FROM generate_series(1, :count)""",
}
_INSERTS = {
    "sqlite": (
        """INSERT INTO customers (id, name, company, name_folded, company_folded, search_text,
            search_words, level, language, owner_id, tags, notes, source, hold_reason, version, created_at, updated_at)
            SELECT :first + 1 + key, json_extract(value, '$[0]'), json_extract(value, '$[1]'),
            json_extract(value, '$[2]'), json_extract(value, '$[3]'), json_extract(value, '$[4]'),
            json_extract(value, '$[5]'), json_extract(value, '$[6]'), json_extract(value, '$[7]'),
            json_extract(value, '$[8]'), json_extract(value, '$[9]'), json_extract(value, '$[10]'),
            'import', '', 1, :at, :at FROM json_each(:people)""",
        """INSERT INTO contact_points (customer_id, kind, value, raw, extension, sort, label)
            SELECT :first + 1 + json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
            json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'), ''
            FROM json_each(:points)""",
        """INSERT INTO contacts (customer_id, name, title)
            SELECT :first + 1 + json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
            FROM json_each(:contacts)""",
    ),
    "postgresql": (
        """INSERT INTO customers (id, name, company, name_folded, company_folded, search_text,
            search_words, level, language, owner_id, tags, notes, source, hold_reason, version, created_at, updated_at)
            SELECT (CAST(:first AS bigint[]))[place], one->>0, one->>1, one->>2, one->>3, one->>4,
            string_to_array(one->>5, ' '), one->>6, one->>7, CAST(one->>8 AS bigint), CAST(one->>9 AS jsonb), one->>10,
            'import', '', 1, :at, :at
            FROM json_array_elements(CAST(:people AS json)) WITH ORDINALITY AS people(one, place)""",
        """INSERT INTO contact_points (customer_id, kind, value, raw, extension, sort, label)
            SELECT (CAST(:first AS bigint[]))[CAST(one->>0 AS integer) + 1], one->>1, one->>2, one->>3, one->>4,
            CAST(one->>5 AS integer), '' FROM json_array_elements(CAST(:points AS json)) AS points(one)""",
        """INSERT INTO contacts (customer_id, name, title)
            SELECT (CAST(:first AS bigint[]))[CAST(one->>0 AS integer) + 1], one->>1, one->>2
            FROM json_array_elements(CAST(:contacts AS json)) AS contacts(one)""",
    ),
}


def _prepared(dialect: str, statement: str) -> TextClause:
    types = {"at": UtcDateTime()} | ({"first": ARRAY(BigInteger())} if dialect == "postgresql" else {})
    return text(statement).bindparams(
        *(bindparam(name, type_=kind) for name, kind in types.items() if f":{name}" in statement)
    )


_STATEMENTS = {
    dialect: [_prepared(dialect, each) for each in (*_KNOWN[dialect], _IDS[dialect], *_INSERTS[dialect])]
    for dialect in _KNOWN
}


async def save_fresh(connection: AsyncConnection, chunk: Chunk, at: datetime) -> set[int]:
    """Save whom nobody can be yet; give the places of the others, which have to be looked at one by one."""
    known_keys, known_names, ids, *inserts = _STATEMENTS[connection.dialect.name]
    if connection.dialect.name == "sqlite":
        await connection.execute(_PAGES_IN_LOG)
    others = set(chunk.entangled)
    others.update(await connection.scalars(known_keys, {"keys": chunk.keys}))
    others.update(await connection.scalars(known_names, {"names": chunk.names}))
    if others:
        others = chunk.with_name_of(others)
        chunk = chunk.only([place for place in range(len(chunk.rows)) if place not in others])
    if not chunk.rows:
        return others
    first = await connection.scalar(ids, {} if connection.dialect.name == "sqlite" else {"count": len(chunk.rows)})
    given = {"people": chunk.people, "points": chunk.points, "contacts": chunk.contacts}
    for statement, (name, rows) in zip(inserts, given.items(), strict=True):
        if rows != _NOTHING:
            await connection.execute(statement, {"first": first, name: rows} | ({"at": at} if name == "people" else {}))
    return others


async def settle(connection: AsyncConnection) -> None:
    """After the last chunk: have the database know what it holds now."""
    await connection.execute(_PAGES_AS_USUAL if connection.dialect.name == "sqlite" else _ANALYZE)
