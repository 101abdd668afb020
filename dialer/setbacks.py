"""Campaigns whose run failed: each is left alone for a while, and no other one notices."""

import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from crm_core.errors import StorageError
from dialer.domain.setback import Setback, setback

_log = logging.getLogger(__name__)
_CAUSE_CHARS = 300
T = TypeVar("T")


class Duty(StrEnum):
    """What is done for each campaign again and again; one that fails says nothing of the other."""

    LOOK = "look"
    DIAL = "dial"


class Setbacks:
    """What is wrong with a database is no campaign's fault, and passes through."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._known: dict[tuple[int, Duty], Setback] = {}

    def of(self, campaign_id: int) -> Setback | None:
        """The one that keeps it longest from being dialed for."""
        found = [one for (of_id, _), one in self._known.items() if of_id == campaign_id]
        return max(found, key=lambda one: one.again_at, default=None)

    def may_dial(self, campaign_id: int) -> bool:
        """Whom a look fails for may have been paused by somebody meanwhile: nobody is dialed."""
        return (campaign_id, Duty.LOOK) not in self._known

    async def attempt(self, campaign_id: int, duty: Duty, work: Callable[[], Awaitable[T]]) -> T | None:
        """Do it unless its pause lasts; None: it failed, or its pause lasts."""
        key = campaign_id, duty
        before = self._known.get(key)
        if before is not None and self._now() < before.again_at:
            return None
        try:
            done = await work()
        except StorageError:
            raise
        except Exception as error:
            found = self._known[key] = setback(before, _cause(error), self._now())
            _log.exception(
                "A campaign's run failed; the others go on",
                extra={"campaign_id": campaign_id, "duty": duty.value, "failures": found.failures},
            )
            return None
        self._known.pop(key, None)
        return done

    def keep(self, campaign_ids: Collection[int]) -> None:
        """Forget those of campaigns that are at work no more."""
        for key in [key for key in self._known if key[0] not in campaign_ids]:
            del self._known[key]


def _cause(error: Exception) -> str:
    first = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {first}"[:_CAUSE_CHARS]
