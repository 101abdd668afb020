"""What the doctor reads of a running Asterisk."""

import pytest

from cti.asterisk.condition import NEEDED_MODULES, ask_condition
from cti.asterisk.manager_link import refused_login
from cti.errors import SwitchUnavailable
from tests.asterisk.pair import Pair, eventually, free_base_port

pytestmark = pytest.mark.asterisk


async def test_our_own_asterisk_is_well(pair: Pair) -> None:
    settings = pair.settings
    users = (settings.ami_user, settings.ami_events_user, "stranger")

    async def runs_for_a_second() -> bool:
        return (await ask_condition(pair.switch, users, settings.secrets.agi_secret)).uptime_s > 0

    # Asterisk counts whole seconds: in its first one it says 0
    await eventually(runs_for_a_second, 5, "an uptime")
    found = await ask_condition(pair.switch, users, settings.secrets.agi_secret)
    assert found.missing_modules == ()
    assert found.uptime_s > 0
    assert "originate" in (found.rights[settings.ami_user] or ())
    assert found.rights["stranger"] is None
    assert found.proves_itself


async def test_a_module_that_is_gone_is_missed(pair: Pair) -> None:
    assert "app_userevent" in NEEDED_MODULES
    assert "Unloaded" in await pair.switch.command("module unload app_userevent.so")
    try:
        found = await ask_condition(pair.switch, (), "another installation's")
    finally:
        await pair.switch.command("module load app_userevent.so")
    assert found.missing_modules == ("app_userevent",)
    assert not found.proves_itself


async def test_a_wrong_secret_and_nobody_there_are_told_apart(pair: Pair) -> None:
    settings = pair.settings
    for user, secret in (
        (settings.ami_user, settings.secrets.ami_secret),
        (settings.ami_events_user, settings.secrets.ami_events_secret),
    ):
        assert await refused_login("127.0.0.1", settings.ami_port, user, secret) is None
        assert await refused_login("127.0.0.1", settings.ami_port, user, "wrong") == "the login was refused"
    with pytest.raises(SwitchUnavailable):
        await refused_login("127.0.0.1", free_base_port(), "x", "x")
