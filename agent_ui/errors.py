"""What can go wrong in the part that browsers see.

ScreenError
├── ConfigError          a setting is unknown, missing or of the wrong kind; `key` names it
├── AlreadyRunning       another Callroom serves from this home
├── PortTaken            something else listens where we must
└── ApiError             a request that is answered with `status` and a stable `code`
    └── RetryError       too often; `retry_after_s` says when again
"""

from dataclasses import dataclass


class ScreenError(Exception):
    """Base of this package's errors."""


class ConfigError(ScreenError):
    """`key` is the dotted name in callroom.toml."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"{key}: {problem}")
        self.key = key
        self.problem = problem


class AlreadyRunning(ScreenError):
    """The home folder is in use by the process `pid`."""

    def __init__(self, pid: int, address: str) -> None:
        super().__init__(f"Callroom is already running at {address} (process {pid}); stop that one first")
        self.pid = pid
        self.address = address


class PortTaken(ScreenError):
    """`what` is the service that wanted the port."""

    def __init__(self, port: int, what: str) -> None:
        super().__init__(
            f"port {port} ({what}) is in use by another program; stop it, or choose other ports: CALLROOM_BASE_PORT=<n>"
        )
        self.port = port
        self.what = what


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One wrong field of a request; `path` is dotted as the client sent it, `named` what the code is about."""

    path: str
    code: str
    message: str
    named: str = ""


class ApiError(ScreenError):
    """`message` tells cause and cure in English; browsers translate `code`. `used_by`: names of what has to change."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        fields: tuple[FieldProblem, ...] = (),
        used_by: tuple[str, ...] = (),
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields
        self.used_by = used_by


class RetryError(ApiError):
    """Says when to try again."""

    def __init__(self, retry_after_s: int, code: str, message: str) -> None:
        super().__init__(429, code, message)
        self.retry_after_s = retry_after_s
