"""Tells the floor whether an agent's screen is there."""

import logging

from cti.domain.events import ScreenBack, ScreenLost
from cti.errors import CtiError
from cti.service import Telephony
from cti.tasks import TaskSet

_log = logging.getLogger(__name__)


class Seats:
    """Called by the push hub; a floor that does not know the agent (any more) is no fault."""

    def __init__(self, telephony: Telephony, tasks: TaskSet) -> None:
        self._telephony = telephony
        self._tasks = tasks

    def seen(self, agent_id: int, here: bool) -> None:
        """The first browser of an agent came, or the last one went."""
        self._tasks.start(self._tell(agent_id, here), name="screen")

    async def _tell(self, agent_id: int, here: bool) -> None:
        try:
            await self._telephony.request(ScreenBack(agent_id) if here else ScreenLost(agent_id))
        except CtiError as error:
            _log.info("Floor does not take the screen", extra={"agent_id": agent_id, "error": str(error)})
