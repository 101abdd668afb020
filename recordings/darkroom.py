"""From the switch's raw file to a published recording: one pure sequence of disk work, run off the loop."""

from recordings.audio import compress, draw, read_take, write_waveform
from recordings.domain.soundness import Soundness, judge
from recordings.errors import AudioMissing, AudioUnreadable
from recordings.ports import Filed, Job
from recordings.settings import RecordingSettings
from recordings.store import FolderStore


def develop(job: Job, store: FolderStore, settings: RecordingSettings) -> Filed:
    """Publish one recording and say how it came out; raises EncoderFailed or OSError, then nothing is lost.

    Done twice it gives the same result: the raw file goes only after the finished one is in its place.
    """
    raw = store.incoming_path(job.recording_id)
    try:
        take = read_take(job.recording_id, raw)
    except AudioMissing:
        return _already_published(job, store) or _filed(job, Soundness.MISSING, "no_file")
    except AudioUnreadable as error:
        if error.reason == "empty":
            raw.unlink(missing_ok=True)
        return _filed(job, Soundness.MISSING, error.reason)
    verdict = judge(take.duration_s, job.talked_s, truncated=take.truncated or job.cut_short)
    audio = store.workshop_path(job.recording_id, ".ogg")
    peaks = store.workshop_path(job.recording_id, ".peaks.json")
    compress(take, audio, ffmpeg=settings.ffmpeg, bitrate_kbit=settings.bitrate_kbit)
    write_waveform(draw(take), peaks)
    size_bytes = audio.stat().st_size
    path = store.publish(job.recording_id, job.started_at, audio, peaks)
    store.discard_incoming(job.recording_id)
    error_code = None
    if verdict.soundness is Soundness.PARTIAL:
        error_code = "truncated" if take.truncated or job.cut_short else "shorter_than_call"
    return Filed(job.recording_id, verdict.soundness, take.duration_s, size_bytes, path, error_code)


def _already_published(job: Job, store: FolderStore) -> Filed | None:
    try:
        path = store.audio_path(job.recording_id, job.started_at)
    except AudioMissing:
        return None
    relative = str(path.relative_to(store.folder))
    return Filed(job.recording_id, Soundness.READY, job.talked_s, path.stat().st_size, relative, None)


def _filed(job: Job, soundness: Soundness, error: str) -> Filed:
    return Filed(job.recording_id, soundness, 0.0, 0, None, error)
