"""A recording between two talks, and the words for what it does just now."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tape:
    """A recording that goes on with the next talk, and how long it is."""

    recording_id: str
    recorded_s: float


# By what is wanted and what is: whether the recording is silent.
TAPE = {(False, False): "on", (True, False): "pausing", (True, True): "paused", (False, True): "resuming"}
