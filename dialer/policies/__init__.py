"""The policies that ship, one TOML file each with its sources, and any of the operator's own."""

from pathlib import Path

from dialer.domain.policy import Policy
from dialer.errors import OddDocument, UnknownPolicy
from dialer.toml_document import read_document

SHIPPED = Path(__file__).parent


def shipped_names() -> list[str]:
    """Return the names of the policies that come with Callroom."""
    return sorted(file.stem for file in SHIPPED.glob("*.toml"))


def load_policy(name: str) -> Policy:
    """Read a shipped policy."""
    if name not in shipped_names():
        raise UnknownPolicy(name, tuple(shipped_names()))
    return read_policy(SHIPPED / f"{name}.toml")


def read_policy(file: Path) -> Policy:
    """Read a policy from a file; what is no policy is refused with the place."""
    policy = read_document(file, Policy)
    if policy.hours is not None and len(policy.hours.days) != 7:
        raise OddDocument(str(file), "hours.days: seven days from Monday are needed")
    return policy
