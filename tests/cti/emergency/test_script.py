from datetime import UTC, datetime
from pathlib import Path

import pytest

from cti.emergency.prompts import PROMPTS
from cti.emergency.script import Conversation
from cti.emergency.spool import Spool

NOW = datetime(2026, 11, 22, 8, 1, tzinfo=UTC)


class FixedClock:
    def now(self):
        return NOW


class HungUp(Exception):
    """As pyst2 raises when the caller is gone."""


class FakePhone:
    """Plays a caller: `keys` are what is pressed at each prompt or wait, in order; "!" hangs up."""

    def __init__(self, *keys, env=None, variables=None, recorded=b""):
        self.keys = list(keys)
        self.said = []
        self.recorded = recorded
        self.env = {"agi_language": "zh", "agi_callerid": "+8613800138000", "agi_callingpres": "0"} | (env or {})
        self.variables = {
            "CALLROOM_CALL_ID": "call-1",
            "CALLROOM_DIALED": "4001",
            "CALLROOM_ARRIVED_AT": "1795334400.250",
        } | (variables or {})

    def _key(self):
        key = self.keys.pop(0) if self.keys else ""
        if key == "!":
            raise HungUp
        return key

    def stream_file(self, filename, escape_digits="", sample_offset=0):
        path = Path(filename.strip('"'))
        self.said.append(f"{path.parent.name}/{path.name}")
        key = self._key() if escape_digits else ""
        assert key == "" or key in escape_digits
        return key

    def wait_for_digit(self, timeout):
        return self._key()

    def get_variable(self, name):
        return self.variables.get(name, "")

    def execute(self, command, *args):
        assert command == "RECORD FILE"
        Path(args[0].strip('"') + ".wav").write_bytes(self.recorded)
        if self._key() == "hang up":
            raise HungUp
        return {"result": ("0", "")}


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "spool")


def talk(phone, spool):
    Conversation(phone, spool, Path("/sounds"), FixedClock(), lambda: "f" * 32).run()
    return only(spool)


def only(spool):
    (message,), broken = spool.take()
    assert broken == []
    return message


def test_number_is_taken_read_back_and_confirmed(spool):
    phone = FakePhone("1", "1", *"3900139000", "#", *[""] * 12, "1")
    message = talk(phone, spool)
    assert (message.kind, message.callback_number) == ("callback", "13900139000")
    assert (message.caller_number, message.dialed, message.call_id) == ("+8613800138000", "4001", "call-1")
    assert (message.left_at, message.arrived_at.microsecond) == (NOW, 250_000)
    assert phone.said[-1] == "zh/saved"
    assert "zh/digit_9" in phone.said


def test_confirming_early_skips_the_reading(spool):
    phone = FakePhone("1", "", *"55512", "#", "1")
    assert talk(phone, spool).callback_number == "55512"
    assert "zh/digit_5" not in phone.said


def test_star_begins_anew_and_two_asks_again(spool):
    phone = FakePhone("1", "", "9", "9", "*", *"12345", "", "2", "", *"54321", "#", "1")
    assert talk(phone, spool).callback_number == "54321"


def test_three_bad_numbers_end_it(spool):
    phone = FakePhone("1", *["", "1", "#"] * 3)
    message = talk(phone, spool)
    assert (message.kind, message.callback_number) == ("gave_up", None)
    assert phone.said.count("zh/not_understood") == 3
    assert phone.said[-1] == "zh/goodbye"


def test_endless_digits_stop(spool):
    phone = FakePhone("1", *"1" * 18, "1")
    assert talk(phone, spool).callback_number == "1" * 18


def test_key_pressed_in_the_other_language_chooses_it(spool):
    phone = FakePhone("", "", "1", "", *"12345", "#", "1")
    assert talk(phone, spool).language == "en"
    assert phone.said[-1] == "en/saved"


def test_english_caller_hears_english_first(spool):
    phone = FakePhone("1", "!", env={"agi_language": "en"})
    with pytest.raises(HungUp):
        talk(phone, spool)
    assert phone.said[0] == "en/sorry"


def test_nobody_presses_anything(spool):
    phone = FakePhone()
    assert talk(phone, spool).kind == "gave_up"
    assert phone.said == ["zh/sorry", "en/sorry", "zh/sorry", "en/sorry", "zh/goodbye"]


def test_hanging_up_is_remembered(spool):
    with pytest.raises(HungUp):
        talk(FakePhone("!"), spool)
    assert only(spool).kind == "gave_up"


def test_voice_message_ended_by_key(spool):
    phone = FakePhone("2", "", recorded=b"x" * 20_000)
    message = talk(phone, spool)
    assert message.kind == "voicemail"
    assert message.audio is not None
    assert message.audio.stat().st_size == 20_000
    assert phone.said[-1] == "zh/saved"


def test_voice_message_ended_by_hanging_up_counts(spool):
    with pytest.raises(HungUp):
        talk(FakePhone("2", "", "hang up", recorded=b"x" * 20_000), spool)
    assert only(spool).kind == "voicemail"


def test_click_is_no_message(spool):
    phone = FakePhone("2", "", recorded=b"x" * 100)
    assert talk(phone, spool).kind == "gave_up"
    assert phone.said[-1] == "zh/goodbye"
    assert list(spool.folder.glob("*.wav")) + list(spool.folder.glob(".*.wav")) == []


@pytest.mark.parametrize(
    ("env", "number"),
    [
        ({"agi_callingpres": "32"}, None),
        ({"agi_callingpres": "67"}, None),
        ({"agi_callingpres": "x"}, "+8613800138000"),
        ({"agi_callerid": "anonymous"}, None),
        ({"agi_callerid": "unknown"}, None),
    ],
)
def test_withheld_number_stays_withheld(spool, env, number):
    assert talk(FakePhone(env=env), spool).caller_number == number


@pytest.mark.parametrize("arrived", ["", "soon", "1e300", "nan"])
def test_missing_arrival_time_is_now(spool, arrived):
    assert talk(FakePhone(variables={"CALLROOM_ARRIVED_AT": arrived}), spool).arrived_at == NOW


def test_hostile_variables_are_cleaned(spool):
    message = talk(FakePhone(variables={"CALLROOM_CALL_ID": "../x\r\n", "CALLROOM_DIALED": "4001;rm"}), spool)
    assert (message.call_id, message.dialed) == ("..x", "4001")


def test_every_prompt_that_is_said_exists_in_both_languages():
    assert set(PROMPTS["zh"]) == set(PROMPTS["en"])
    said = {"sorry", "enter_number", "you_entered", "confirm", "not_understood", "after_beep", "saved", "goodbye"}
    assert said | {f"digit_{i}" for i in range(10)} <= set(PROMPTS["zh"])
