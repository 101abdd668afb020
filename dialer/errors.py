"""What can go wrong in outbound dialing.

DialerError
├── OddDocument         a policy's or workload's file is not what it should be
├── NoSuchPrompt        the library of recordings has none of that name, or it cannot be one
│   └── PromptThere     it has it already
├── OddSound            a sound is not 8 kHz, mono, 16 bit, or too short to be known again
│   ├── FaintSound      next to nothing is heard in it
│   └── SoundGone       a recording of the library has no sound any more
├── OddStream           what comes as a line's sound is none
├── SameAudioTwice      one recording has two labels
├── UnexpectedStep      the life cycle has no row for it; nothing was changed
├── UnknownPolicy       none of that name ships
├── UnknownRule         the simulation has none of that name
└── UnknownWorkload     the simulation has none of that name

"""


class DialerError(Exception):
    """Base of this package's errors."""


class UnexpectedStep(DialerError):
    """`state` stays as it was."""

    def __init__(self, state: object, step: object) -> None:
        super().__init__(f"{step} in state {state}")
        self.state = state
        self.step = step


class UnknownWorkload(DialerError):
    """Neither a shipped workload nor a file."""

    def __init__(self, name: str, shipped: tuple[str, ...]) -> None:
        super().__init__(f"there is no workload {name}: neither a file nor one of {', '.join(shipped)}")
        self.name = name
        self.shipped = shipped


class UnknownRule(DialerError):
    """No pacing rule has that name."""

    def __init__(self, rule: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no rule {rule}; known are {', '.join(known)}")
        self.rule = rule
        self.known = known


class UnknownPolicy(DialerError):
    """No policy of that name ships."""

    def __init__(self, name: str, shipped: tuple[str, ...]) -> None:
        super().__init__(f"there is no policy {name}; there are {', '.join(shipped)}")
        self.name = name
        self.shipped = shipped


class OddDocument(DialerError):
    """The file cannot be used; `problem` names the place."""

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(f"{file}: {problem}")
        self.file = file
        self.problem = problem


class SameAudioTwice(DialerError):
    """The library cannot say which label is right, so it is not built."""

    def __init__(self, first: str, first_label: str, second: str, second_label: str) -> None:
        super().__init__(f"{first} ({first_label}) and {second} ({second_label}) are the same recording")
        self.first = first
        self.first_label = first_label
        self.second = second
        self.second_label = second_label


class OddSound(DialerError):
    """The file cannot be listened to."""

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(f"{file}: {problem}")
        self.file = file
        self.problem = problem


class NoSuchPrompt(DialerError):
    """`problem` says what is wrong with the name."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name
        self.problem = problem


class PromptThere(NoSuchPrompt):
    """Nothing was changed."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "is in the library already")


class FaintSound(OddSound):
    """Nothing could be known by it."""

    def __init__(self, file: str) -> None:
        super().__init__(file, "has next to nothing to hear in it")


class SoundGone(OddSound):
    """Somebody deleted the file by hand."""

    def __init__(self, file: str) -> None:
        super().__init__(file, "is gone: put it back, or remove the recording from the library")


class OddStream(DialerError):
    """The connection is closed."""
