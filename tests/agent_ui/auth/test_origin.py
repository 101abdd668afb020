"""Forged requests: which headers are ours."""

import pytest

from agent_ui.auth.origin import is_same_origin

HOST = {"Host": "127.0.0.1:8700"}


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ({"Origin": "http://127.0.0.1:8700"}, True),
        ({"Origin": "http://127.0.0.1:8701"}, False),
        ({"Origin": "https://127.0.0.1:8700"}, False),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}, False),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({}, False),
    ],
)
def test_only_our_own_pages_pass(headers: dict[str, str], verdict: bool) -> None:
    assert is_same_origin(HOST | headers, "http", "") is verdict


def test_behind_a_proxy_only_the_public_origin_counts() -> None:
    public = "https://calls.example.org"
    assert is_same_origin(HOST | {"Origin": public}, "http", public)
    assert not is_same_origin(HOST | {"Origin": "http://127.0.0.1:8700"}, "http", public)
