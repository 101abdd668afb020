"""How many messages of callers nobody has heard yet, for open pages; and how long their sounds are kept."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from agent_ui.push.hub import Hub
from agent_ui.push.visibility import Viewer
from crm_core.errors import StorageError
from crm_core.messages import Messages
from cti.clock import Clock
from recordings.domain.retention import delete_before

_log = logging.getLogger(__name__)
KIND = "voicemails"
MOST_COUNTED = 100
# What else writes to the table tells nobody.
LOOK_EVERY_S = 60.0
GATHER_S = 0.2
PURGE_EVERY_S = 3600.0
PURGE_BATCH = 200

Show = Callable[[int, str, dict[str, Any] | None], None]


class Postbox:
    """`people` gives who has open pages; `show` gives a person's pages their number."""

    def __init__(self, messages: Messages, people: Callable[[], Mapping[int, Viewer]], show: Show) -> None:
        self._messages = messages
        self._people = people
        self._show = show
        self._stirred = asyncio.Event()
        messages.on_change(self._stirred.set)

    def arrived(self, user_id: int) -> None:
        """Somebody opened a first page."""
        del user_id
        self._stirred.set()

    async def run(self) -> None:
        """Count until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._stirred.wait()
                await asyncio.sleep(GATHER_S)
            self._stirred.clear()
            try:
                await self.look()
            except StorageError:
                _log.warning("Messages could not be counted")

    async def look(self) -> None:
        """Show everybody what is unheard of their queues; who sees the floor is shown all of it."""
        counted: dict[frozenset[int] | None, int] = {}
        for user_id, viewer in self._people().items():
            queue_ids = None if viewer.sees_floor else viewer.queue_ids
            if queue_ids not in counted:
                counted[queue_ids] = await self._messages.count_unheard(queue_ids, MOST_COUNTED)
            self._show(user_id, KIND, {"unheard": counted[queue_ids]})


async def keep_postbox(messages: Messages, hub: Hub) -> None:
    """Hang it between the table and the pages, until cancelled."""
    postbox = Postbox(messages, hub.people, hub.show)
    hub.on_arrival(postbox.arrived)
    await postbox.run()


class SoundPurge:
    """Deletes sounds of messages after as many days as recordings; `sound(path)` finds the file, None if it is gone."""

    def __init__(self, messages: Messages, sound: Callable[[str], Path | None], clock: Clock, keep_days: int) -> None:
        self._messages = messages
        self._sound = sound
        self._clock = clock
        self._keep_days = keep_days

    async def run(self) -> None:
        """Now, and then every hour, until cancelled."""
        while True:
            try:
                await self.purge(self._clock.now())
            except (StorageError, OSError):
                _log.exception("Old messages could not be deleted")
            await asyncio.sleep(PURGE_EVERY_S)

    async def purge(self, now: datetime) -> int:
        """Delete all that is due; return how many. Files go first: a row never promises sound that is not there."""
        moment, count = delete_before(now, self._keep_days), 0
        while moment is not None:
            due = await self._messages.sounds_before(moment, PURGE_BATCH)
            for _, path in due:
                await asyncio.to_thread(self._delete, path)
            await self._messages.sound_gone([message_id for message_id, _ in due])
            count += len(due)
            if len(due) < PURGE_BATCH:
                break
        return count

    def _delete(self, path: str) -> None:
        found = self._sound(path)
        if found is not None:
            found.unlink(missing_ok=True)
