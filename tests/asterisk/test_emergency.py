"""Callroom is away: a caller leaves a number or a message, and both lie in the spool."""

import wave

import pytest

from cti.asterisk.pstn import call_in
from cti.emergency.spool import EmergencyMessage, Spool
from tests.asterisk.pair import Pair, eventually
from tests.asterisk.test_dialplan import shorter

pytestmark = pytest.mark.asterisk


async def left(pair: Pair, timeout_s: float) -> EmergencyMessage:
    spool = Spool(pair.settings.emergency_spool)

    async def one() -> bool:
        return bool(spool.take()[0])

    await eventually(one, timeout_s, "a message in the spool")
    return spool.take()[0][0]


async def test_caller_leaves_a_callback_number_by_keys(pair: Pair) -> None:
    async with shorter(pair, OUTAGE_S=1):
        keys = "1wwww13900139000#wwww1"
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys=keys, key_delay_s=6, audio="silence")
        message = await left(pair, 30)
    assert message.kind == "callback"
    assert message.callback_number == "13900139000"
    assert message.caller_number == "+8613800138000"
    assert message.dialed == "4001"
    assert len(message.call_id) == 36
    assert message.arrived_at < message.left_at


async def test_caller_leaves_a_voice_message_and_hangs_up(pair: Pair) -> None:
    async with shorter(pair, OUTAGE_S=1):
        await call_in(pair.pstn_settings, "4001", None, keys="2", key_delay_s=6, stay_s=20, audio="tone440")
        message = await left(pair, 40)
    assert message.kind == "voicemail"
    assert message.caller_number is None
    assert message.audio is not None
    with wave.open(str(message.audio)) as sound:
        assert sound.getframerate() == 8000
        assert sound.getnframes() / 8000 > 3


async def test_caller_who_gives_up_is_remembered(pair: Pair) -> None:
    async with shorter(pair, OUTAGE_S=1):
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="", key_delay_s=0, stay_s=8, audio="silence")
        message = await left(pair, 20)
    assert message.kind == "gave_up"
    assert message.caller_number == "+8613800138000"
