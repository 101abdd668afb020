"""What the numbers in reports are called, also of what is switched off by now."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.report import Axis
from crm_core.domain.report_lines import Key
from crm_core.models import Disposition, EntryNumber, Queue, User, UserQueue

Teller = Callable[[Key], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Names:
    """`lines` are those that an agent serves now."""

    queues: dict[int, tuple[str, bool]]
    agents: dict[int, str]
    lines: dict[int, frozenset[int]]
    numbers: dict[str, str]
    dispositions: dict[str, tuple[str, str]]

    def members(self, team_ids: Collection[int]) -> frozenset[int]:
        """Who serves one of these queues."""
        return frozenset(agent for agent, lines in self.lines.items() if lines & frozenset(team_ids))

    def living_queues(self) -> list[int]:
        """Those that are not switched off."""
        return [queue_id for queue_id, (_, active) in self.queues.items() if active]

    @property
    def tellers(self) -> dict[Axis, Teller]:
        """Say which line of a report it is; by time reports do that themselves."""
        return {
            Axis.QUEUE: lambda key: {"queue_id": key[0], "name": self.queues.get(key[0], ("", False))[0]},
            Axis.TEAM: lambda key: {"team_id": key[0], "name": self.queues.get(key[0], ("", False))[0]},
            Axis.AGENT: lambda key: {"agent_id": key[0], "name": self.agents.get(key[0], "")},
            Axis.NUMBER: lambda key: {"number": key[0], "name": self.numbers.get(key[0], "")},
            Axis.DISPOSITION: self._disposition,
        }

    def _disposition(self, key: Key) -> dict[str, Any]:
        zh, en = self.dispositions.get(key[0], ("", ""))
        return {"disposition": key[0], "label_zh": zh, "label_en": en}


async def read_names(connection: AsyncConnection) -> Names:
    """Read all of them: none of these tables is large."""
    queues = await connection.execute(select(Queue.id, Queue.name, Queue.active).order_by(Queue.name))
    users = await connection.execute(select(User.id, User.name))
    numbers = await connection.execute(select(EntryNumber.number, EntryNumber.name))
    words = await connection.execute(select(Disposition.code, Disposition.label_zh, Disposition.label_en))
    lines: dict[int, set[int]] = {}
    for row in await connection.execute(select(UserQueue.user_id, UserQueue.queue_id)):
        lines.setdefault(row.user_id, set()).add(row.queue_id)
    return Names(
        queues={row.id: (row.name, row.active) for row in queues},
        agents={row.id: row.name for row in users},
        lines={agent: frozenset(own) for agent, own in lines.items()},
        numbers={row.number: row.name for row in numbers},
        dispositions={row.code: (row.label_zh, row.label_en) for row in words},
    )
