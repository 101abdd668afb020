"""Customers from a file: look first, then import; every row that was not taken is told with line and reason."""

import asyncio
import json
from typing import Any

from agent_ui.api.ask import Ask
from agent_ui.api.problems import invalid
from agent_ui.api.route import Answer, Route
from agent_ui.api.upload import read_upload
from agent_ui.auth.permissions import Permission
from agent_ui.errors import FieldProblem
from crm_core.importing.importer import Importer, preview


class PreviewAnswer(Answer):
    """What the file looks like, and what its columns probably are."""

    encoding: str
    delimiter: str
    has_heading: bool
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    row_count: int
    mapping: dict[str, str]


class RejectedAnswer(Answer):
    """One reason why a row was not taken."""

    line: int
    field: str
    code: str
    value: str


class ImportAnswer(Answer):
    """How it came out."""

    row_count: int
    created: int
    updated: int
    unchanged: int
    rejected_rows: int
    rejected: tuple[RejectedAnswer, ...]


async def preview_import(ask: Ask) -> dict[str, Any]:
    """Look at the file; nothing is saved."""
    data, _ = await read_upload(ask, frozenset())
    found = await asyncio.to_thread(preview, data)
    return {
        "encoding": found.encoding,
        "delimiter": found.delimiter,
        "has_heading": found.has_heading,
        "columns": found.columns,
        "rows": found.samples,
        "row_count": found.row_count,
        "mapping": {str(place): name for place, name in found.mapping.items()},
    }


async def run_import(ask: Ask) -> object:
    """Import with the mapping that a person confirmed."""
    data, fields = await read_upload(ask, frozenset({"mapping"}))
    mapping = _mapping(fields.get("mapping", ""))
    importer = Importer(ask.parts.memory.database, ask.parts.clock)
    return await importer.run(data, mapping, ask.actor)


def _mapping(text: str) -> dict[int, str]:
    try:
        document = json.loads(text)
        return {int(place): str(name) for place, name in document.items() if name}
    except (ValueError, AttributeError, RecursionError) as error:
        message = 'must be JSON such as {"0": "name", "1": "phone"}'
        raise invalid([FieldProblem("mapping", "invalid", message)]) from error


ROUTES = [
    Route(
        method="POST",
        path="/customers/import/preview",
        permission=Permission.IMPORT_CUSTOMERS,
        handler=preview_import,
        summary="Look at a file of customers",
        answer=PreviewAnswer,
        uploads=True,
    ),
    Route(
        method="POST",
        path="/customers/import",
        permission=Permission.IMPORT_CUSTOMERS,
        handler=run_import,
        summary="Import a file of customers",
        answer=ImportAnswer,
        uploads=True,
    ),
]
