"""Invented customers for trying Callroom out, and the numbers to call from; they belong to nobody we know."""

from dataclasses import dataclass
from importlib.resources import files

import msgspec

KNOWN = "+8613800138000"
TWO_MATCHES = "+8613900139000"
UNKNOWN = "+8615912345678"
VIP = "+8618688886666"


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """Numbers in `notes` and `calls` are days ago, those in `tasks` days from today."""

    name: str
    owner: str
    phones: tuple[str, ...]
    company: str = ""
    level: str = ""
    tags: tuple[str, ...] = ()
    language: str = "zh"
    email: str = ""
    contact: tuple[str, str] | None = None
    notes: tuple[tuple[int, str], ...] = ()
    tasks: tuple[tuple[int, str], ...] = ()
    calls: tuple[int, ...] = ()


def demo_customers() -> tuple[DemoCustomer, ...]:
    """Read the list that comes with the package."""
    data = files("crm_core.demo").joinpath("customers.json").read_bytes()
    return msgspec.json.decode(data, type=tuple[DemoCustomer, ...])
