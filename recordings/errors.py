"""What can go wrong with call audio.

RecordingError
├── NotARecordingId   the id is not one that this server made; nothing on the disk was looked at
├── AudioMissing      there is no file for it
├── AudioUnreadable   there is a file, and no sound to be had from it
└── EncoderFailed     ffmpeg refused; `said` are its last words
"""


class RecordingError(Exception):
    """Base of this package's errors."""


class NotARecordingId(RecordingError):
    """The id itself is not repeated: it came from outside."""


class AudioMissing(RecordingError):
    """`recording_id` has no file."""

    def __init__(self, recording_id: str) -> None:
        super().__init__(recording_id)
        self.recording_id = recording_id


class AudioUnreadable(RecordingError):
    """`reason` is a code: "empty", "unknown_format"."""

    def __init__(self, recording_id: str, reason: str) -> None:
        super().__init__(f"{recording_id}: {reason}")
        self.recording_id = recording_id
        self.reason = reason


class EncoderFailed(RecordingError):
    """The untouched audio is still where it was."""

    def __init__(self, recording_id: str, said: str) -> None:
        super().__init__(f"{recording_id}: {said}")
        self.recording_id = recording_id
        self.said = said
