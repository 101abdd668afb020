"""What the doctor reads of a running Asterisk."""

import pytest

from cti.asterisk.condition import NEEDED_MODULES, ask_condition
from tests.asterisk.pair import Pair

pytestmark = pytest.mark.asterisk


async def test_our_own_asterisk_is_well(pair: Pair) -> None:
    settings = pair.settings
    found = await ask_condition(pair.switch, (settings.ami_user, settings.ami_events_user, "stranger"))
    assert found.missing_modules == ()
    assert found.uptime_s > 0
    assert "originate" in (found.rights[settings.ami_user] or ())
    assert found.rights["stranger"] is None


async def test_a_module_that_is_gone_is_missed(pair: Pair) -> None:
    assert "app_userevent" in NEEDED_MODULES
    assert "Unloaded" in await pair.switch.command("module unload app_userevent.so")
    try:
        found = await ask_condition(pair.switch, ())
    finally:
        await pair.switch.command("module load app_userevent.so")
    assert found.missing_modules == ("app_userevent",)
