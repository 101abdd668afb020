"""Which call the running code is about: log lines carry it without every function having to be told."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_CALL_ID: ContextVar[str] = ContextVar("call_id", default="")


def current_call() -> str:
    """Return the id of the call, "" when it is about none in particular."""
    return _CALL_ID.get()


@contextmanager
def about_call(call_id: str) -> Iterator[None]:
    """Inside, and in the tasks that are started inside, the subject is this call."""
    token = _CALL_ID.set(call_id)
    try:
        yield
    finally:
        _CALL_ID.reset(token)
