"""What is saved together with something else: in its transaction, or not at all."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Along:
    """`work` is done in the other's transaction, after it; `tell` is called when that is committed."""

    work: Callable[[AsyncConnection], Awaitable[object]]
    tell: Callable[[], None]
