"""What can be set about the telephone menu."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IvrSettings:
    """`recordings_folder` is where talks are recorded to (`<recording id>.raw`); `trunk` leads to the PSTN.

    `lease_s` is how long a caller stays with a Callroom that says nothing any more, before the dialplan takes over.
    """

    node: str = "n1"
    recordings_folder: str = "recordings/incoming"
    trunk: str = "pstn"
    lease_s: float = 12.0
    renew_every_s: float = 4.0
    lookup_limit_s: float = 0.3
    first_announcement_s: float = 1.5
    after_talk_s: float = 5.0
    voicemail_max_s: float = 180.0
    voicemail_silence_s: float = 6.0
