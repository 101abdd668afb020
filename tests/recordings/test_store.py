from datetime import UTC, datetime

import pytest

from recordings.errors import AudioMissing, NotARecordingId
from recordings.store import FolderStore

ID = "0b5e3c2a-94a1-4d6e-8f00-0123456789ab"
AT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    made = FolderStore(tmp_path / "recordings")
    made.prepare()
    return made


def published(store):
    audio, peaks = store.workshop_path(ID, ".ogg"), store.workshop_path(ID, ".peaks.json")
    audio.write_bytes(b"sound")
    peaks.write_text("{}")
    return store.publish(ID, AT, audio, peaks)


def test_a_published_recording_is_in_its_month_and_gone_from_the_workshop(store):
    assert published(store) == f"2026/11/{ID}.ogg"
    assert store.audio_path(ID, AT).read_bytes() == b"sound"
    assert store.peaks_path(ID, AT).read_text() == "{}"
    assert list(store.workshop.iterdir()) == []


def test_what_is_not_published_is_missing(store):
    with pytest.raises(AudioMissing):
        store.audio_path(ID, AT)
    with pytest.raises(AudioMissing):
        store.peaks_path(ID, AT)


def test_deleting_twice_is_no_error(store):
    published(store)
    store.delete(ID, AT)
    store.delete(ID, AT)
    with pytest.raises(AudioMissing):
        store.audio_path(ID, AT)


def test_preparing_clears_the_workshop_and_keeps_what_the_switch_wrote(store):
    store.incoming_path(ID).write_bytes(b"\0\0\0\0")
    store.workshop_path(ID, ".ogg").write_bytes(b"half")
    store.prepare()
    assert list(store.workshop.iterdir()) == []
    assert store.waiting() == (ID,)


def test_foreign_files_among_the_incoming_are_left_alone(store):
    hostile = store.incoming / "$(touch x).raw"
    hostile.write_bytes(b"x")
    assert store.waiting() == ()
    store.discard_incoming(ID)
    assert hostile.exists()


def test_no_path_is_made_of_what_is_no_id(store):
    with pytest.raises(NotARecordingId):
        store.workshop_path("../../etc/passwd", ".ogg")
