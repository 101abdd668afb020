from datetime import UTC, datetime

import pytest

from recordings.darkroom import develop
from recordings.errors import EncoderFailed
from recordings.ports import Job
from recordings.settings import RecordingSettings
from recordings.store import FolderStore
from tests.recordings.takes import broken_ffmpeg, two_tones

ID = "0b5e3c2a-94a1-4d6e-8f00-0123456789ab"
AT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path):
    return RecordingSettings(tmp_path)


@pytest.fixture
def store(tmp_path):
    made = FolderStore(tmp_path)
    made.prepare()
    return made


def test_a_whole_take_is_ready_and_published(store, settings):
    store.incoming_path(ID).write_bytes(two_tones(3.0))
    filed = develop(Job(ID, AT, talked_s=2.9), store, settings)
    assert (filed.state, filed.error) == ("ready", None)
    assert filed.duration_s == pytest.approx(3.0)
    assert filed.size_bytes == store.audio_path(ID, AT).stat().st_size
    assert store.waiting() == ()


def test_a_take_that_ends_before_the_talk_is_partial(store, settings):
    store.incoming_path(ID).write_bytes(two_tones(3.0))
    filed = develop(Job(ID, AT, talked_s=30.0), store, settings)
    assert (filed.state, filed.error) == ("partial", "shorter_than_call")


def test_a_take_cut_in_mid_sample_is_repaired_and_marked(store, settings):
    store.incoming_path(ID).write_bytes(two_tones(3.0)[:-1])
    filed = develop(Job(ID, AT, talked_s=3.0), store, settings)
    assert (filed.state, filed.error) == ("partial", "truncated")
    assert store.audio_path(ID, AT).exists()


def test_no_file_and_an_empty_one_are_missing(store, settings):
    assert develop(Job(ID, AT, 3.0), store, settings).error == "no_file"
    store.incoming_path(ID).write_bytes(b"")
    filed = develop(Job(ID, AT, 3.0), store, settings)
    assert (filed.state, filed.error) == ("missing", "empty")


def test_doing_it_twice_gives_the_same(store, settings):
    store.incoming_path(ID).write_bytes(two_tones(2.0))
    first = develop(Job(ID, AT, 2.0), store, settings)
    again = develop(Job(ID, AT, 2.0), store, settings)
    assert again.path == first.path
    assert again.state == "ready"


def test_a_failed_encoder_loses_nothing(store, tmp_path):
    store.incoming_path(ID).write_bytes(two_tones(1.0))
    broken = RecordingSettings(tmp_path, ffmpeg=broken_ffmpeg(tmp_path))
    with pytest.raises(EncoderFailed):
        develop(Job(ID, AT, 1.0), store, broken)
    assert store.waiting() == (ID,)
