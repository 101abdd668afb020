"""`callroom` as it is, but for its end: SIGKILL at one step of an attempt of a campaign, as DIES_AT says.

DIES_AT is the step and how many times it is reached: `planned:2`. Between each two of STEPS in turn something else has
just been done: the row, the floor's order, the action at the switch, what the switch told, the verdict.
"""

import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from agent_ui.__main__ import main
from crm_core.attempts import Attempts
from crm_core.diary import entry
from cti.domain.attempt_words import AttemptChanged, AttemptPhase
from cti.domain.commands import DialCustomer
from cti.switch import AmiSwitch
from dialer.attempt_orders import AttemptOrders

DIES_AT = "CALLROOM_DIES_AT"
UNPLANNED, PLANNED, ORDERED, AT_THE_SWITCH = "unplanned", "planned", "ordered", "at the switch"
HEARD = {phase: f"heard {phase.value}" for phase in AttemptPhase if phase is not AttemptPhase.SENT}
UNSETTLED, SETTLED = "unsettled", "settled"
STEPS = (UNPLANNED, PLANNED, ORDERED, AT_THE_SWITCH, *HEARD.values(), UNSETTLED, SETTLED)


class Death:
    """At one of the steps."""

    def __init__(self, words: str) -> None:
        self._step, _, times = words.partition(":")
        self._left = int(times)

    def at(self, step: str) -> None:
        if step == self._step:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, work: Callable[..., Awaitable[Any]], before: str, after: str) -> Callable[..., Awaitable[Any]]:
        async def done(*given: Any) -> Any:
            self.at(before)
            result = await work(*given)
            if result:
                self.at(after)
            return result

        return done


def wait_for(death: Death) -> None:
    """Put it into the program's way."""
    Attempts.plan = death.around(Attempts.plan, UNPLANNED, PLANNED)  # type: ignore[method-assign, assignment]
    Attempts.settle = death.around(Attempts.settle, UNSETTLED, SETTLED)  # type: ignore[method-assign, assignment]
    AttemptOrders._order = death.around(AttemptOrders._order, "", ORDERED)  # type: ignore[method-assign, assignment]
    send, note = AmiSwitch._send, entry._RULES[AttemptChanged]

    def sends(switch: AmiSwitch, command: Any) -> None:
        send(switch, command)
        if isinstance(command, DialCustomer):
            death.at(AT_THE_SWITCH)

    async def notes(connection: Any, at: Any, fact: AttemptChanged) -> None:
        death.at(HEARD.get(fact.phase, ""))
        await note(connection, at, fact)

    AmiSwitch._send = sends  # type: ignore[method-assign]
    entry._RULES[AttemptChanged] = notes


if __name__ == "__main__":
    if DIES_AT in os.environ:
        wait_for(Death(os.environ[DIES_AT]))
    sys.exit(main())
