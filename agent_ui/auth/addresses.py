"""Where a request comes from, also behind proxies: only those that an administrator named are believed; pure."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network


def read_networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Read addresses and networks ("10.0.0.0/8"); raises ValueError for one that is neither."""
    return tuple(ip_network(text) for text in texts)


def client_address(remote: str | None, forwarded_for: Sequence[str], trusted: Sequence[Network]) -> str:
    """Go back along X-Forwarded-For from the socket's own peer, as long as a trusted proxy tells who came before.

    What stands to the left of the first stranger was written by the stranger.
    """
    hops = [part.strip() for header in forwarded_for for part in header.split(",")]
    found = remote or "unknown"
    while hops and _is_trusted(found, trusted):
        told = _address(hops.pop())
        if told is None:
            break
        found = str(told)
    return found


def neighbourhood(text: str) -> str:
    """What one guesser has: an IPv4 address, or all of an IPv6 /64, where a new address costs nothing."""
    address = _address(text)
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else text


def _is_trusted(text: str, trusted: Sequence[Network]) -> bool:
    address = _address(text)
    return address is not None and any(address in network for network in trusted)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
