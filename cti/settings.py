"""What the telephone side must be told to work: filled in from the configuration by the screen's package."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SwitchSettings:
    """One Asterisk node: where its AMI listens, where it finds our FastAGI, where browsers' SIP is passed on to.

    The events user is told what happens and may order nothing; the other one orders and is told nothing.
    """

    ami_port: int
    ami_user: str
    ami_secret: str = field(repr=False)
    ami_events_user: str
    ami_events_secret: str = field(repr=False)
    agi_port: int
    ws_port: int
    node: str = "n1"
    host: str = "127.0.0.1"
    agi_host: str = "127.0.0.1"
