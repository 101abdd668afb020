"""Whether a request comes from our own pages: the guard against forged requests and hijacked sockets."""

from collections.abc import Mapping


def is_same_origin(headers: Mapping[str, str], scheme: str, public_origin: str) -> bool:
    """Judge by `Origin`, or by `Sec-Fetch-Site` where a browser sends no Origin; neither means no.

    Without a configured public origin ours is scheme and Host header. A page that rebinds its own name to our address
    passes, and gains nothing: browsers do not send it the cookie of our name.
    """
    ours = public_origin or f"{scheme}://{headers.get('Host', '')}"
    origin = headers.get("Origin")
    if origin is not None:
        return origin == ours
    return headers.get("Sec-Fetch-Site") == "same-origin"
