"""The dialer in the house: what the dial policy's answers mean to it, and that it is wired to the floor."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from agent_ui.errors import ApiError
from agent_ui.joints.callbacks import Asking
from agent_ui.joints.campaigns import DialerFloor, HousePolicy
from agent_ui.joints.dialing import Outgoing
from cti.domain.attempt_words import AttemptOrdered, AttemptPhase, AttemptTerms
from cti.domain.values import Overflow, OverflowAction
from cti.errors import Refused
from dialer.ports import Dialable, Undialable
from tests.agent_ui.world import running_world
from tests.fakes import START, ManualClock

CONFIG = cast("Any", SimpleNamespace(telephone=SimpleNamespace(zone=ZoneInfo("Asia/Shanghai"))))


def policy(answer: Outgoing | ApiError, asked: list[Asking] | None = None) -> HousePolicy:
    async def may(asking: Asking) -> Outgoing:
        if asked is not None:
            asked.append(asking)
        if isinstance(answer, ApiError):
            raise answer
        return answer

    async def own() -> list[str]:
        return ["+862012345678", "021-12345678", "4001"]

    return HousePolicy(may, CONFIG, ManualClock(START), own)


async def test_only_numbers_of_ours_are_shown_as_the_house_writes_them() -> None:
    asked = policy(Outgoing("+8613900139000", "", withheld=False))
    wanted = ("+862112345678", "02012345678", "+4912345678", "020-12345678", "4001")
    assert await asked.ours(wanted) == ("021-12345678", "+862012345678", "4001")


async def test_what_may_be_dialed_comes_with_what_is_shown() -> None:
    asked: list[Asking] = []
    allowed = policy(Outgoing("+8613900139000", "4001", withheld=False), asked)
    assert await allowed.may_dial("13900139000", 77, 3) == Dialable("+8613900139000", "4001")
    assert asked == [Asking("13900139000", 3, is_now=True, customer_id=77)]


@pytest.mark.parametrize(
    ("code", "until"),
    [
        ("do_not_call", None),
        ("dial_cap_number", datetime(2026, 3, 2, 16, 0, tzinfo=UTC)),
        ("dial_cap_agent", datetime(2026, 3, 2, 9, 1, tzinfo=UTC)),
    ],
)
async def test_a_cap_is_asked_again_when_it_is_free(code: str, until: datetime | None) -> None:
    assert await policy(ApiError(422, code, "no")).may_dial("1", None, 3) == Undialable(code, until)


async def test_the_dialer_sees_and_orders_at_the_floor_that_serves(tmp_path: Path) -> None:
    async with running_world(tmp_path / "home", live=True) as world:
        floor = DialerFloor(world.telephony, ManualClock())
        assert {one.agent_id for one in floor.agents()} == {
            view["agent_id"] for key, view in world.telephony.floor.snapshot().items() if key.startswith("agent:")
        }
        assert floor.agent(10_000) is None
        queues = {
            view["queue_id"] for key, view in world.telephony.floor.snapshot().items() if key.startswith("queue:")
        }
        assert {line.queue_id for line in floor.caller_lines()} == queues
        assert floor.phase("never dialed") is AttemptPhase.ENDED
        terms = AttemptTerms(1, 10_000, 2.0, Overflow(OverflowAction.HANG_UP))
        with pytest.raises(Refused, match=r"unknown_queue|switch_unavailable"):
            floor.order(AttemptOrdered("a1", terms, "+8613900139000", 25.0))
        assert isinstance(floor.can_dial(), bool)
