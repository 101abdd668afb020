"""What the log says of a call at which all goes wrong that can: whose call each line is about, and not who calls."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent_ui.logs import set_up_logging
from crm_core.errors import DatabaseUnavailable
from cti.domain.values import EndReason
from tests.agi_peer import FakeAsteriskChannel
from tests.ivr.telephone import FakeCustomers, FakePrompts
from tests.ivr.test_with_floor import CUSTOMER, House

NUMBER, NAME = "13800138000", "张伟"
OURS = ("cti", "ivr", "recordings", "crm_core", "agent_ui")

Read = Callable[[], tuple[str, list[dict[str, Any]]]]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Read]:
    """The whole text, and the lines of our own code, all of them down to DEBUG."""
    root = logging.getLogger()
    before = root.handlers, root.level
    set_up_logging(tmp_path, "DEBUG")
    root.handlers[1].setLevel(logging.CRITICAL)

    def read() -> tuple[str, list[dict[str, Any]]]:
        text = (tmp_path / "callroom.log").read_text(encoding="utf-8")
        lines = [json.loads(line) for line in text.splitlines()]
        return text, [line for line in lines if line["logger"].startswith(OURS)]

    yield read
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = before


class BadDay(House):
    """No prompt of the greeting, no customers, no music, no recording, and a switch that refuses the first order."""

    def __init__(self) -> None:
        super().__init__()
        self.channel = FakeAsteriskChannel(args=("c1",), unique_id=CUSTOMER, number=NUMBER, name=NAME)
        self.channel.press("1", during="main_menu")
        self.channel.when("callroom-join", self._bridged)
        self.channel.reply("EXEC", "MixMonitor", text="200 result=-2")
        self.channel.reply("SET", "MUSIC", "ON", text="510 Invalid or unknown command")
        self.handler._prompts = FakePrompts({"welcome", "position_is"})
        self.handler._lookup = FakeCustomers(fails=DatabaseUnavailable("the database does not answer"))


def test_each_line_names_its_call_and_none_says_who_calls(log: Read) -> None:
    async def told() -> None:
        assert await house.talk() is EndReason.AGENT_HUNG_UP

    house = BadDay()
    house.story(told())
    text, lines = log()
    assert {line["message"] for line in lines} == {
        "Customer lookup failed",
        "Prompt missing",
        "Music cannot be played",
        "Recording did not start",
    }
    assert [line for line in lines if line.get("call_id") != "c1"] == []
    for personal in (NUMBER, NUMBER[3:], NAME):
        assert personal not in text
