"""Customers from a file: look first, then import; every row that was not taken is told with line and reason."""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from tempfile import TemporaryFile
from typing import Any, BinaryIO, TypeVar

from agent_ui.api.ask import Ask
from agent_ui.api.problems import invalid
from agent_ui.api.route import Answer, NumberText, OwnAnswer, OwnText, Route
from agent_ui.api.upload import save_upload
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError, FieldProblem
from crm_core.domain.countries import COUNTRIES, HOUSE
from crm_core.domain.encodings import ENCODINGS
from crm_core.domain.shapes import CONTROL
from crm_core.importing.file_format import FileFormat
from crm_core.importing.importer import Preview, preview
from crm_core.importing.opened import check_file

T = TypeVar("T")
FORMAT_FIELDS = frozenset({"encoding", "country"})
LOOK_FIELDS = FORMAT_FIELDS | {"mapping"}


class SeenNumberAnswer(Answer):
    """A number of the cell in `column` as it would be dialed; `code` says why it is refused."""

    column: int
    number: NumberText
    country: OwnText
    code: OwnText


class CountryRowsAnswer(OwnAnswer):
    """How many rows have a number there."""

    country: str
    rows: int


class PreviewAnswer(Answer):
    """What the file looks like, and what its columns probably are.

    `country`: whose the numbers are that are written as at home; `numbers` are those of each of the `rows`. Of all rows
    `read_rows` were looked at, in `refused_rows` of them a number is not taken. `known_countries` are those to choose
    from.
    """

    encoding: OwnText
    delimiter: str
    has_heading: bool
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    row_count: int
    mapping: dict[str, str]
    country: OwnText
    numbers: tuple[tuple[SeenNumberAnswer, ...], ...]
    countries: tuple[CountryRowsAnswer, ...]
    refused_rows: int
    read_rows: int
    known_countries: tuple[OwnText, ...] = COUNTRIES


class RejectedAnswer(Answer):
    """One reason why a row was not taken."""

    line: int
    field: str
    code: str
    value: str


class ImportAnswer(Answer):
    """How far it is, or how it came out: `state` is running, done, stopped, failed (`error` says why) or interrupted.

    `rejected` is filled at the end, with the reasons of the first rejected rows.
    """

    id: str
    state: str
    file_name: str
    row_count: int
    done: int
    created: int
    updated: int
    unchanged: int
    rejected_rows: int
    rejected: tuple[RejectedAnswer, ...]
    error: str


class RunningAnswer(Answer):
    """The import that runs now, None if there is none."""

    running: ImportAnswer | None


async def preview_import(ask: Ask) -> dict[str, Any]:
    """Look at the file; nothing is saved."""
    return preview_answer((await look(ask, preview))[0])


async def look(
    ask: Ask, seen_by: Callable[[BinaryIO, FileFormat, dict[int, str] | None], T], names: frozenset[str] = LOOK_FIELDS
) -> tuple[T, dict[str, str]]:
    """Have the file that was sent looked at; give the fields beside it, too, which have these `names`."""
    with TemporaryFile() as file:
        fields = await save_upload(ask, file, names)
        as_ = read_format(fields)
        mapping = read_mapping(fields["mapping"]) if fields.get("mapping") else None
        return await ask.parts.file_looks.look(lambda source: seen_by(source, as_, mapping), file), fields


def preview_answer(found: Preview) -> dict[str, Any]:
    """Build the JSON of what a file looks like."""
    numbers = found.numbers
    countries = sorted(numbers.countries.items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        "encoding": found.encoding,
        "delimiter": found.delimiter,
        "has_heading": found.has_heading,
        "columns": found.columns,
        "rows": found.samples,
        "row_count": found.row_count,
        "mapping": {str(place): name for place, name in found.mapping.items()},
        "country": found.country,
        "numbers": [[asdict(one) for one in row] for row in numbers.samples],
        "countries": [{"country": country, "rows": rows} for country, rows in countries],
        "refused_rows": numbers.refused_rows,
        "read_rows": numbers.read_rows,
    }


def read_format(fields: Mapping[str, str]) -> FileFormat:
    """Read what a person said of the file, as a form sends it; nothing: as its bytes tell, with the house's numbers."""
    encoding, country = fields.get("encoding") or None, fields.get("country") or HOUSE
    if encoding is not None and encoding not in ENCODINGS:
        raise invalid([FieldProblem("encoding", "invalid", f"must be one of {', '.join(ENCODINGS)}")])
    if country not in COUNTRIES:
        raise invalid([FieldProblem("country", "invalid", "must be the two letters of a country")])
    return FileFormat(encoding, country)


async def start_import(ask: Ask) -> object:
    """Import with the mapping that a person confirmed; the answer comes when it has begun."""
    desk, file = ask.parts.imports, TemporaryFile()  # noqa: SIM115 - the import closes it, long after this request
    try:
        fields = await save_upload(ask, file, FORMAT_FIELDS | {"mapping", "name"})
        mapping, as_ = read_mapping(fields.get("mapping", "")), read_format(fields)
        await asyncio.to_thread(check_file, file, mapping, as_)
        job_id = await desk.start(file, fields.get("name", ""), mapping, ask.actor, as_)
    except BaseException:
        file.close()
        raise
    if job_id is None:
        file.close()
        raise ApiError(409, "import_running", "Another import runs already; wait for its end, or stop it.")
    return await desk.look(job_id)


async def show_import(ask: Ask) -> object:
    """Say how far it is."""
    return await ask.parts.imports.look(ask.text("import_id"))


async def show_running_import(ask: Ask) -> dict[str, object]:
    """Say whether one runs, for a page that was opened anew."""
    job_id = ask.parts.imports.running_id
    return {"running": None if job_id is None else await ask.parts.imports.look(job_id)}


async def stop_import(ask: Ask) -> object:
    """Stop after the rows it is at; those that were saved stay."""
    ask.parts.imports.stop(ask.text("import_id"))
    return await ask.parts.imports.look(ask.text("import_id"))


def read_mapping(text: str) -> dict[int, str]:
    """Read which column holds what, as a form sends it."""
    try:
        document = json.loads(text)
        mapping = {int(place): str(name) for place, name in document.items() if name}
        # what JSON may spell and no database keeps
        _refuse_unkept(mapping.values())
        return mapping
    except (ValueError, AttributeError, RecursionError) as error:
        message = 'must be JSON such as {"0": "name", "1": "phone"}'
        raise invalid([FieldProblem("mapping", "invalid", message)]) from error


def _refuse_unkept(names: Iterable[str]) -> None:
    for name in names:
        name.encode("utf-8")
        if CONTROL.search(name):
            raise ValueError(name)


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
        handler=start_import,
        summary="Begin to import a file of customers",
        answer=ImportAnswer,
        uploads=True,
        status=202,
    ),
    Route(
        method="GET",
        path="/customers/import",
        permission=Permission.IMPORT_CUSTOMERS,
        handler=show_running_import,
        summary="The import that runs now",
        answer=RunningAnswer,
    ),
    Route(
        method="GET",
        path="/customers/import/{import_id}",
        permission=Permission.IMPORT_CUSTOMERS,
        handler=show_import,
        summary="How far an import is",
        answer=ImportAnswer,
    ),
    Route(
        method="DELETE",
        path="/customers/import/{import_id}",
        permission=Permission.IMPORT_CUSTOMERS,
        handler=stop_import,
        summary="Stop an import",
        answer=ImportAnswer,
    ),
]
