from datetime import UTC, datetime, timedelta

import pytest

from cti.emergency.ending import note_ending
from cti.emergency.spool import Spool

NOW = datetime(2026, 11, 22, 8, 1, tzinfo=UTC)
BEFORE = {"CALLROOM_CALL_ID": "call-1", "CALLROOM_DIALED": "4001", "CALLROOM_ARRIVED_AT": str(NOW.timestamp() - 60)}
IN_FALLBACK = BEFORE | {"FALLBACK_SINCE": str(NOW.timestamp() - 40)}
ANSWERED = IN_FALLBACK | {"MEMBERINTERFACE": "PJSIP/1001", "QEHOLDTIME": "10"}


class FixedClock:
    def now(self):
        return NOW


class FakeChannel:
    def __init__(self, variables, **env):
        self.variables = variables
        self.env = {"agi_callerid": "13800138000"} | env

    def get_variable(self, name):
        return self.variables.get(name, "")


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "spool")


def note(spool, variables, new_id="f" * 32, **env):
    note_ending(FakeChannel(variables, **env), spool, FixedClock(), new_id)
    (message,), broken = spool.take()
    assert broken == []
    return message


def test_who_answered_and_since_when(spool):
    message = note(spool, ANSWERED)
    assert (message.kind, message.answered_by) == ("answered", "PJSIP/1001")
    assert message.talk_started_at == NOW - timedelta(seconds=30)
    assert (message.arrived_at, message.left_at) == (NOW - timedelta(seconds=60), NOW)
    assert (message.call_id, message.dialed, message.caller_number) == ("call-1", "4001", "13800138000")


@pytest.mark.parametrize(("held", "since"), [("", 40), ("x", 40), ("-5", 40), ("9999", 0)])
def test_strange_hold_time_puts_the_talk_between_fallback_and_now(spool, held, since):
    message = note(spool, ANSWERED | {"QEHOLDTIME": held})
    assert message.talk_started_at == NOW - timedelta(seconds=since)


def test_nobody_answered(spool):
    message = note(spool, IN_FALLBACK)
    assert (message.kind, message.answered_by, message.talk_started_at) == ("gave_up", None, None)


def test_left_before_the_fallback(spool):
    assert note(spool, BEFORE, agi_callingpres="32").caller_number is None
    assert note(spool, BEFORE).kind == "gone"


def test_what_the_conversation_wrote_is_better(spool):
    earlier = note(spool, IN_FALLBACK)
    spool.put(type(earlier)(**{name: getattr(earlier, name) for name in earlier.__slots__} | {"kind": "callback"}))
    assert note(spool, IN_FALLBACK).kind == "callback"
    assert [path.name for path in spool.folder.iterdir()] == [f"{earlier.message_id}.json"]


def test_call_without_id_has_the_records(spool):
    message = note(spool, {})
    assert (message.call_id, message.message_id, message.arrived_at) == ("f" * 32, "f" * 32, NOW)


def test_hostile_member_is_cleaned(spool):
    assert note(spool, ANSWERED | {"MEMBERINTERFACE": 'PJSIP/1"\r\n;x'}).answered_by == "PJSIP/1x"
