from datetime import UTC, datetime, timedelta

import pytest

from cti.emergency.ending import LEFT_TO_CALLROOM_S, note_ending
from cti.emergency.spool import SHORTEST_WAV_BYTES, Spool

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
    note_ending(FakeChannel(variables, **env), spool, FixedClock(), new_id, spool.folder)
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


def test_who_was_told_that_the_number_was_noted_is_called_back(spool):
    message = note(spool, IN_FALLBACK | {"CALLROOM_NOTED": "1"})
    assert (message.kind, message.callback_number) == ("callback", "13800138000")


@pytest.mark.parametrize(
    ("variables", "env", "kind"),
    [
        (IN_FALLBACK | {"CALLROOM_NOTED": "0"}, {}, "gave_up"),
        (IN_FALLBACK | {"CALLROOM_NOTED": "1"}, {"agi_callingpres": "32"}, "gave_up"),
        (ANSWERED | {"CALLROOM_NOTED": "1"}, {}, "answered"),
    ],
)
def test_nobody_is_called_back_by_mistake(spool, variables, env, kind):
    assert note(spool, variables, **env).kind == kind


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


MESSAGE = BEFORE | {"CALLROOM_KNOWN": "1", "CALLROOM_MESSAGE": "a1-b2"}


def end_with_message(spool, folder, size, sleep=lambda _: None):
    path = folder / "a1-b2.wav"
    if size:
        path.write_bytes(b"x" * size)
    note_ending(FakeChannel(MESSAGE), spool, FixedClock(), "f" * 32, folder, sleep)
    return path, spool.take()[0]


def test_a_message_that_nobody_took_is_kept(spool, tmp_path):
    slept = []
    path, (message,) = end_with_message(spool, tmp_path, SHORTEST_WAV_BYTES, slept.append)
    assert (message.kind, message.call_id, message.caller_number) == ("voicemail", "call-1", "13800138000")
    assert message.audio.stat().st_size == SHORTEST_WAV_BYTES
    assert not path.exists()
    assert sum(slept) == pytest.approx(LEFT_TO_CALLROOM_S)


def test_a_message_that_callroom_takes_is_left_to_it(spool, tmp_path):
    def take(_):
        (tmp_path / "a1-b2.wav").unlink(missing_ok=True)

    assert end_with_message(spool, tmp_path, SHORTEST_WAV_BYTES, take)[1] == []
    assert end_with_message(spool, tmp_path, 0)[1] == []


def test_a_click_is_no_message(spool, tmp_path):
    path, (message,) = end_with_message(spool, tmp_path, SHORTEST_WAV_BYTES - 1)
    assert (message.kind, message.audio) == ("gave_up", None)
    assert not path.exists()


def test_a_name_that_would_lead_elsewhere_is_no_message(spool, tmp_path):
    variables = IN_FALLBACK | {"CALLROOM_MESSAGE": "../a1"}
    note_ending(FakeChannel(variables), spool, FixedClock(), "f" * 32, tmp_path / "voicemails")
    assert [message.kind for message in spool.take()[0]] == ["gave_up"]
