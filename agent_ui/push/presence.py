"""Open pages keep their session alive; a session that is over takes its pages, but never out of a call."""

import asyncio
import logging

from agent_ui.auth.sessions import Sessions
from agent_ui.push.hub import FloorViews, Hub
from crm_core.errors import StorageError

_log = logging.getLogger(__name__)
LOOK_EVERY_S = 20.0
IN_CALL = {"ringing", "talking", "wrap_up"}


async def keep_sessions(hub: Hub, sessions: Sessions, floor: FloorViews) -> None:
    """Look every few seconds until cancelled."""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            await check_sessions(hub, sessions, floor)
        except StorageError:
            _log.warning("Sessions could not be checked")


async def check_sessions(hub: Hub, sessions: Sessions, floor: FloorViews) -> None:
    """Use the session of every open page, and close the pages of those that are over."""
    for session_key, agent_id in hub.sessions():
        if await sessions.keep(session_key) is not None:
            continue
        view = floor.view(f"agent:{agent_id}") if agent_id is not None else None
        if view is None or view.get("state") not in IN_CALL:
            # not the pages alone: the telephone's socket belongs to the session as well
            await sessions.close(session_key)
