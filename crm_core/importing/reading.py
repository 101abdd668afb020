"""Where a file is read: a small one on a thread, a large one by a process of its own."""

import asyncio
import io
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from typing import BinaryIO, TypeVar, cast

import msgspec

from crm_core.errors import ImportUnreadable
from crm_core.importing import reader
from crm_core.importing.chunk import Chunk, Opening, Unreadable
from crm_core.importing.lead_chunk import LeadChunk
from crm_core.importing.opened import AnyOrder, Message, messages

C = TypeVar("C", Chunk, LeadChunk)

# A process takes as long to start as this much takes to read.
APART_FROM_BYTES = 1 << 20
# Messages that wait here while the database is busy.
_AHEAD_BYTES = 1 << 21


class ReaderEndedError(RuntimeError):
    """The process that read the file ended before the file did."""


@asynccontextmanager
async def reading(
    source: bytes | BinaryIO, order: AnyOrder, _kind: type[C]
) -> AsyncIterator[tuple[Opening, AsyncIterator[C]]]:
    """Say what the file is, and give its chunks, which are of the kind that the order asks for; ImportUnreadable."""
    descriptor = _of_large(source)
    all_of_it = _on_a_thread(source, order) if descriptor is None else _apart(descriptor, order)
    async with aclosing(all_of_it):
        first = await anext(all_of_it)
        if isinstance(first, Unreadable):
            raise ImportUnreadable(first.code, first.message)
        yield cast("Opening", first), (cast("C", message) async for message in all_of_it)


def _of_large(source: bytes | BinaryIO) -> int | None:
    if isinstance(source, bytes | io.BytesIO) or source.seek(0, io.SEEK_END) < APART_FROM_BYTES:
        return None
    return source.fileno()


async def _on_a_thread(source: bytes | BinaryIO, order: AnyOrder) -> AsyncGenerator[Message, None]:
    # Reading is work of the processor alone, and must not hold up the calls meanwhile.
    found = messages(source, order)
    while (message := await asyncio.to_thread(next, found, None)) is not None:
        yield message


async def _apart(descriptor: int, order: AnyOrder) -> AsyncGenerator[Message, None]:
    decoder = msgspec.msgpack.Decoder(Message)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", reader.__name__, str(descriptor), pass_fds=(descriptor,),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=_AHEAD_BYTES,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )  # fmt: skip
    told, heard = cast("asyncio.StreamWriter", process.stdin), cast("asyncio.StreamReader", process.stdout)
    try:
        told.write(msgspec.msgpack.encode(order))
        told.write_eof()
        with suppress(asyncio.IncompleteReadError):
            while True:
                length = int.from_bytes(await heard.readexactly(reader.LENGTH_BYTES), "big")
                yield decoder.decode(await heard.readexactly(length))
        if await process.wait():
            raise ReaderEndedError
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
