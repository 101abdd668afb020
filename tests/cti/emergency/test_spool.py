import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cti.emergency.spool import EmergencyMessage, Spool

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
MESSAGE = EmergencyMessage(
    message_id="0" * 32,
    call_id="9de9656b-1828-44a5-8338-ca0498fbe2a7",
    kind="callback",
    arrived_at=AT,
    left_at=AT + timedelta(seconds=40),
    caller_number="+8613800138000",
    dialed="4001",
    callback_number="13900139000",
    language="zh",
)


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "emergency")


def test_what_was_put_is_taken_until_it_is_done(spool):
    spool.put(MESSAGE)
    assert spool.take() == ([MESSAGE], [])
    assert spool.take() == ([MESSAGE], [])
    spool.done(MESSAGE)
    assert spool.take() == ([], [])
    spool.done(MESSAGE)


def test_oldest_first(spool):
    later = replace(MESSAGE, message_id="1" * 32, left_at=AT + timedelta(hours=1))
    earlier = replace(MESSAGE, message_id="2" * 32)
    for message in (later, earlier):
        spool.put(message)
    assert spool.take()[0] == [earlier, later]


def test_sound_comes_along_and_goes(spool):
    spool.folder.mkdir()
    recorded = spool.folder / ".recording.wav"
    recorded.write_bytes(b"RIFF")
    spool.put(replace(MESSAGE, kind="voicemail", callback_number=None), recorded)
    (message,), _ = spool.take()
    assert message.audio is not None
    assert message.audio.read_bytes() == b"RIFF"
    spool.done(message)
    assert list(spool.folder.iterdir()) == []


def test_nothing_in_an_empty_or_missing_folder(spool):
    assert spool.take() == ([], [])


def test_half_written_is_not_seen(spool):
    spool.put(MESSAGE)
    (spool.folder / f".{'3' * 32}.partial").write_text("{")
    assert spool.take() == ([MESSAGE], [])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": 2}, "format"),
        ({"message_id": "../../etc/passwd"}, "message_id"),
        ({"message_id": "1" * 32}, "another name"),
        ({"kind": "bomb"}, "kind"),
        ({"caller_number": "138\r\nAction: x"}, "caller_number"),
        ({"callback_number": 138}, "callback_number"),
        ({"call_id": "a/b"}, "call_id"),
        ({"dialed": "4001;x"}, "dialed"),
        ({"language": "zh_CN"}, "language"),
        ({"arrived_at": "2026-11-22T08:00:00"}, "time zone"),
        ({"left_at": "yesterday"}, "left_at"),
        ({"arrived_at": "2026-13-41T08:00:00+00:00"}, ""),
        ({"audio": True}, "sound"),
    ],
)
def test_broken_message_goes_to_the_quarantine_with_the_reason(spool, change, reason):
    spool.put(MESSAGE)
    path = spool.folder / f"{MESSAGE.message_id}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    messages, (broken,) = spool.take()
    assert messages == []
    assert reason in broken.reason
    assert broken.path == spool.quarantine / path.name
    assert spool.take() == ([], [])


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b" " * 20_000, b"null"])
def test_file_that_is_no_message_goes_to_the_quarantine(spool, content):
    spool.folder.mkdir()
    (spool.folder / f"{'4' * 32}.json").write_bytes(content)
    messages, broken = spool.take()
    assert (messages, len(broken)) == ([], 1)


def test_link_is_not_followed(spool, tmp_path):
    spool.put(MESSAGE)
    path = spool.folder / f"{MESSAGE.message_id}.json"
    path.rename(tmp_path / "elsewhere.json")
    path.symlink_to(tmp_path / "elsewhere.json")
    assert spool.take()[0] == []


def test_sound_that_is_a_link_is_not_followed(spool, tmp_path):
    spool.folder.mkdir()
    (tmp_path / "secret").write_text("x")
    recorded = spool.folder / ".r.wav"
    recorded.write_bytes(b"RIFF")
    spool.put(replace(MESSAGE, kind="voicemail"), recorded)
    audio = spool.folder / f"{MESSAGE.message_id}.wav"
    audio.unlink()
    audio.symlink_to(tmp_path / "secret")
    assert spool.take()[0] == []


def test_record_of_a_talk_comes_back_whole(spool):
    talk = replace(MESSAGE, kind="answered", answered_by="PJSIP/1001", talk_started_at=AT + timedelta(seconds=9))
    spool.put(talk)
    assert spool.take() == ([talk], [])


def test_earlier_record_of_a_call_is_kept_or_replaced(spool):
    spool.put(MESSAGE, keep_earlier=True)
    spool.put(replace(MESSAGE, kind="gave_up"), keep_earlier=True)
    assert spool.take() == ([MESSAGE], [])
    later = replace(MESSAGE, callback_number="55555")
    spool.put(later)
    assert spool.take() == ([later], [])
    assert len(list(spool.folder.iterdir())) == 1


def test_message_that_cannot_be_used_is_put_aside_with_its_sound(spool):
    spool.folder.mkdir()
    recorded = spool.folder / ".recording.wav"
    recorded.write_bytes(b"RIFF")
    spool.put(replace(MESSAGE, kind="voicemail"), recorded)
    (message,), _ = spool.take()
    fault = spool.put_aside(message, "nobody wants it")
    assert fault.reason == "nobody wants it"
    assert sorted(path.suffix for path in spool.quarantine.iterdir()) == [".json", ".wav"]
    assert spool.take() == ([], [])
