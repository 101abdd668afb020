"""From where on a queue or an agent is to be watched: set by supervisors for each queue, on the floor and on boards."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import Field

from agent_ui.wallboard.choices import Targets
from crm_core.audit import Actor
from crm_core.stored_settings import StoredSettings
from cti.domain.values import AgentState

SETTING = "floor_thresholds"
VIEW = "thresholds"
LONGEST_S = 36_000


class Thresholds(Targets):
    """Of one queue; `states`: for how many seconds its agents may be in a state."""

    states: dict[AgentState, int] = Field(default_factory=dict, max_length=6)

    def problems(self) -> list[tuple[str, str]]:
        """Path and sentence of what makes no sense."""
        return [
            (f"states.{state.value}", f"must be from 1 to {LONGEST_S}")
            for state, seconds in self.states.items()
            if not 1 <= seconds <= LONGEST_S
        ]


class ThresholdBook:
    """Kept here as they are stored; `post` tells the pages."""

    def __init__(self, settings: StoredSettings, post: Callable[[str, Mapping[str, Any]], None]) -> None:
        self._settings = settings
        self._post = post
        self._of: dict[int, Thresholds] = {}
        # all are saved as one: who saves next starts from what was saved before
        self._turn = asyncio.Lock()

    async def load(self) -> None:
        """Read what is stored; call once at start."""
        stored = (await self._settings.all()).get(SETTING, {})
        self._of = {int(queue_id): Thresholds.model_validate(one) for queue_id, one in stored.items()}
        self._tell()

    def all(self) -> Mapping[int, Thresholds]:
        """Those that are set, by queue."""
        return self._of

    async def put(self, queue_id: int, thresholds: Thresholds | None, by: Actor) -> None:
        """Save a queue's; None: as in a new queue."""
        async with self._turn:
            wanted = {**self._of}
            if thresholds is None:
                wanted.pop(queue_id, None)
            else:
                wanted[queue_id] = thresholds
            stored = {str(one): value.model_dump(mode="json") for one, value in wanted.items()}
            await self._settings.put({SETTING: stored}, by)
            self._of = wanted
        self._tell()

    def _tell(self) -> None:
        plain = {str(queue_id): one.model_dump(mode="json") for queue_id, one in self._of.items()}
        self._post(VIEW, {"queues": plain, "usual": Targets().model_dump()})
