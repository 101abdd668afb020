"""A short AMI conversation (log in, ask, leave) for errands beside the operation: the simulator's callers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cti.ami.connection import AmiConnection, LinkDown, LinkUp
from cti.errors import SwitchUnavailable
from cti.tasks import TaskSet

LOGIN_TIMEOUT_S = 5.0


@asynccontextmanager
async def manager_link(host: str, port: int, user: str, secret: str) -> AsyncIterator[AmiConnection]:
    """Give a session that is logged in; SwitchUnavailable when nobody answers or the secret is wrong."""
    link = AmiConnection(host, port, user, secret, wanted=frozenset())
    tasks = TaskSet()
    tasks.start(link.run(), name=f"ami errand at port {port}")
    try:
        if not isinstance(await link.next_event(LOGIN_TIMEOUT_S), LinkUp):
            raise SwitchUnavailable(f"no AMI session at port {port}")
        yield link
    finally:
        await tasks.aclose()


async def refused_login(host: str, port: int, user: str, secret: str) -> str | None:
    """Try to log in; None when it is granted, else why not. SwitchUnavailable when nobody listens there."""
    try:
        async with asyncio.timeout(LOGIN_TIMEOUT_S):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError) as error:
        raise SwitchUnavailable(f"nobody listens at port {port}") from error
    writer.close()
    link = AmiConnection(host, port, user, secret, wanted=frozenset())
    tasks = TaskSet()
    tasks.start(link.run(), name=f"ami login at port {port}")
    try:
        match await link.next_event(LOGIN_TIMEOUT_S):
            case LinkUp():
                return None
            case LinkDown(reason):
                return reason
            case _:
                return f"no answer in {LOGIN_TIMEOUT_S:g} s"
    finally:
        await tasks.aclose()
