"""Reads multipart uploads: one file and a few short fields, within limits."""

from aiohttp import BodyPartReader

from agent_ui.api.ask import Ask
from agent_ui.api.problems import invalid
from agent_ui.errors import ApiError, FieldProblem

FIELD_MAX = 20_000


async def read_upload(ask: Ask, field_names: frozenset[str]) -> tuple[bytes, dict[str, str]]:
    """Return the part `file` and the named text fields; the origin was checked like that of every request."""
    if not ask.request.content_type.startswith("multipart/form-data"):
        raise ApiError(415, "multipart_expected", "Send the file as multipart/form-data.")
    limit = ask.parts.config.web.upload_limit_bytes
    content: bytes | None = None
    fields: dict[str, str] = {}
    try:
        reader = await ask.request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader):
                raise ApiError(400, "multipart_malformed", "The form has a part within a part.")
            if part.name == "file":
                content = await _read(part, limit)
            elif part.name in field_names:
                fields[part.name] = (await _read(part, FIELD_MAX)).decode("utf-8")
            else:
                raise invalid([FieldProblem(str(part.name), "unknown_field", "is not expected")])
    except (ValueError, AssertionError) as error:
        raise ApiError(400, "multipart_malformed", "The form could not be read.") from error
    if content is None:
        raise invalid([FieldProblem("file", "missing", "Choose a file.")])
    return content, fields


async def _read(part: BodyPartReader, limit: int) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(65_536):
        data += chunk
        if len(data) > limit:
            raise ApiError(413, "too_large", f"The file is larger than {limit // 1_000_000} MB.")
    return bytes(data)
