"""What can go wrong on the telephone side.

CtiError
├── Refused               a person asked for what cannot be done now; `code` is stable, for screen and API
├── UnexpectedEvent       the switch surprised us: log it, resync
├── SwitchError
│   ├── SwitchUnavailable no link to Asterisk
│   ├── ActionRefused     Asterisk answered `Response: Error`
│   └── ActionTimedOut    Asterisk did not answer in time
├── ProtocolError
│   ├── UnsafeValue       CR, LF, NUL or too long for the wire: we were about to send nonsense
│   └── RemoteProtocolError  the peer broke the rules
├── CallerGone            the customer's channel is gone; the coroutine ends
├── Overflowed            a listener was too slow and was cut off; it asks for a snapshot
└── AsteriskMissing       no usable Asterisk on this machine; `cure` says what to do
"""


class CtiError(Exception):
    """Base of this package's errors."""


class Refused(CtiError):
    """`code` such as "phone_unreachable"; `detail` holds values for the message on the screen."""

    def __init__(self, code: str, **detail: object) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class UnexpectedEvent(CtiError):
    """An event that the life cycle has no row for; nothing was changed."""

    def __init__(self, state: object, event: object) -> None:
        super().__init__(f"{type(event).__name__} in state {state}")
        self.state = state
        self.event = event


class SwitchError(CtiError):
    """Base of what the switch does not do for us."""


class SwitchUnavailable(SwitchError):
    """There is no link to Asterisk; nothing was sent."""


class ActionRefused(SwitchError):
    """Asterisk's own words are in `message`."""

    def __init__(self, action: str, message: str) -> None:
        super().__init__(f"{action}: {message}")
        self.action = action
        self.message = message


class ActionTimedOut(SwitchError):
    """Whether it was done is unknown; it is never sent again by itself."""

    def __init__(self, action: str, timeout_s: float) -> None:
        super().__init__(f"{action}: no answer in {timeout_s} s")
        self.action = action
        self.timeout_s = timeout_s


class ProtocolError(CtiError):
    """Base of wire faults."""


class UnsafeValue(ProtocolError):
    """`field` would have broken the frame; the value itself is not repeated."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class RemoteProtocolError(ProtocolError):
    """The peer sent what the protocol does not know."""


class CallerGone(CtiError):
    """The customer hung up; `cause` is the Q.850 number if known.

    `cut_off`: the switch said no word of that, its connection broke. Then only a look at the switch can tell.
    """

    def __init__(self, cause: int = 16, *, cut_off: bool = False) -> None:
        super().__init__(f"cause {cause}")
        self.cause = cause
        self.cut_off = cut_off


class Overflowed(CtiError):
    """The subscription `name` is over: its owner fell too far behind and starts again from a snapshot."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class AsteriskMissing(CtiError):
    """`cure` is a sentence for the person who started it."""

    def __init__(self, problem: str, cure: str) -> None:
        super().__init__(f"{problem}. {cure}")
        self.problem = problem
        self.cure = cure


class AsteriskFailed(CtiError):
    """`last_words` is the end of its log, for the person who started it."""

    def __init__(self, problem: str, last_words: str = "") -> None:
        super().__init__(f"{problem}\n{last_words}" if last_words else problem)
        self.problem = problem
        self.last_words = last_words
