"""Reads multipart uploads: one file and a few short fields, within limits."""

import asyncio
import errno
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import BinaryIO

from aiohttp import BodyPartReader, MultipartReader
from aiohttp.http_exceptions import HttpProcessingError

from agent_ui.api.ask import Ask
from agent_ui.api.problems import invalid
from agent_ui.errors import ApiError, FieldProblem
from crm_core.importing.workbook import unfold

FIELD_MAX = 20_000
STALL_LIMIT_S = 30.0


async def read_upload(ask: Ask, field_names: frozenset[str]) -> tuple[bytes, dict[str, str]]:
    """Return the part `file` and the named text fields; the origin was checked like that of every request."""
    content = BytesIO()
    fields = await _read_form(ask, content, ask.parts.config.web.upload_limit_bytes, field_names)
    return content.getvalue(), fields


async def save_upload(ask: Ask, file: BinaryIO, field_names: frozenset[str]) -> dict[str, str]:
    """Write the part `file`, which may be a large table, into `file`; return the named text fields.

    A workbook is the text of its first sheet afterwards, of which no field names the encoding; ImportUnreadable where
    it has none.
    """
    fields = await _read_form(ask, file, ask.parts.config.web.import_limit_bytes, field_names)
    with _said_when_full():
        if await unfold(file):
            fields.pop("encoding", None)
    return fields


async def _read_form(ask: Ask, file: BinaryIO, limit: int, field_names: frozenset[str]) -> dict[str, str]:
    ask.parts.disks.check_upload()
    if not ask.request.content_type.startswith("multipart/form-data"):
        raise ApiError(415, "multipart_expected", "Send the file as multipart/form-data.")
    has_file = False
    fields: dict[str, str] = {}
    try:
        reader = await ask.request.multipart()
        while (part := await _next(reader)) is not None:
            if not isinstance(part, BodyPartReader):
                raise ApiError(400, "multipart_malformed", "The form has a part within a part.")
            if part.name == "file":
                has_file = True
                await _copy(part, file, limit)
            elif part.name in field_names:
                content = BytesIO()
                await _copy(part, content, FIELD_MAX)
                fields[part.name] = content.getvalue().decode("utf-8")
            else:
                raise invalid([FieldProblem(str(part.name), "unknown_field", "is not expected")])
    except TimeoutError as error:
        raise ApiError(408, "too_slow", f"Nothing of the file came for {STALL_LIMIT_S:g} s.") from error
    except ConnectionError as error:
        # nobody is there to read this
        raise ApiError(400, "client_left", "The connection was closed within the file.") from error
    except (ValueError, AssertionError, HttpProcessingError) as error:
        raise ApiError(400, "multipart_malformed", "The form could not be read.") from error
    if not has_file:
        raise invalid([FieldProblem("file", "missing", "Choose a file.")])
    return fields


async def _next(reader: MultipartReader) -> MultipartReader | BodyPartReader | None:
    async with asyncio.timeout(STALL_LIMIT_S):
        return await reader.next()


async def _chunk(part: BodyPartReader) -> bytes:
    async with asyncio.timeout(STALL_LIMIT_S):
        return await part.read_chunk(65_536)


async def _copy(part: BodyPartReader, file: BinaryIO, limit: int) -> None:
    size = 0
    file.seek(0)
    file.truncate()
    while chunk := await _chunk(part):
        size += len(chunk)
        if size > limit:
            raise ApiError(413, "too_large", f"The file is larger than {limit // 1_000_000} MB.")
        with _said_when_full():
            file.write(chunk)
    with _said_when_full():
        # not where the file is read
        file.flush()


@contextmanager
def _said_when_full() -> Iterator[None]:
    """The folder for temporary files may be on a disk that nobody watches."""
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        message = "The server's disk for temporary files is full. An administrator can make room."
        raise ApiError(507, "disk_short", message) from error
