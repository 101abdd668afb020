"""A short AMI conversation (log in, ask, leave) for errands beside the operation: the simulator's callers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cti.ami.connection import AmiConnection, LinkUp
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
