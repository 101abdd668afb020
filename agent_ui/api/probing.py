"""The guard against finding a hidden number by asking for one after the other."""

import logging
from datetime import timedelta

from agent_ui.api.ask import Ask
from agent_ui.errors import ApiError
from crm_core.domain.masking import mask_number

_log = logging.getLogger(__name__)


async def spend_probe(ask: Ask, number: str) -> None:
    """Write down that a masked person asks about a number that they typed, and stop who tries numbers out."""
    wait_s = ask.parts.probes.wait_s(ask.me.user_id, ask.parts.clock.now())
    if wait_s:
        _log.warning("Searches for numbers are stopped for a while", extra={"user_id": ask.me.user_id})
        raise TooManyNumbersError(wait_s)
    await ask.parts.audit(ask.me.user_id, ask.address, "number.search", number=mask_number(number))


class TooManyNumbersError(ApiError):
    """Says when to try again."""

    def __init__(self, wait_s: int) -> None:
        minutes = max(1, round(timedelta(seconds=wait_s) / timedelta(minutes=1)))
        message = f"You have searched for too many numbers; try again in {minutes} minutes, or search for a name."
        super().__init__(429, "too_many_numbers", message)
        self.retry_after_s = wait_s
