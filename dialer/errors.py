"""What can go wrong in outbound dialing.

DialerError
└── UnexpectedStep   the life cycle has no row for it; nothing was changed
"""


class DialerError(Exception):
    """Base of this package's errors."""


class UnexpectedStep(DialerError):
    """`state` stays as it was."""

    def __init__(self, state: object, step: object) -> None:
        super().__init__(f"{step} in state {state}")
        self.state = state
        self.step = step
