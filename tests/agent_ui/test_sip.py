"""The SIP proxy's guard: a browser speaks as its own extension or not at all."""

import pytest

from agent_ui.sip import NotYourExtensionError, check_message

REGISTER = (
    "REGISTER sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r\nTo: <sip:1001@127.0.0.1>\r\n"
    "From: {sender};tag=a\r\nCall-ID: c\r\nCSeq: 1 REGISTER\r\n{more}Content-Length: 0\r\n\r\n"
)
AUTHORIZATION = 'Authorization: Digest algorithm=MD5, username="{}", realm="asterisk", nonce="n"\r\n'


@pytest.mark.parametrize(
    ("sender", "more"),
    [
        ("<sip:1001@127.0.0.1>", ""),
        ('"Li" <sip:1001@127.0.0.1>', AUTHORIZATION.format("1001")),
        ("sip:1001@127.0.0.1", ""),
    ],
)
def test_the_own_extension_passes(sender: str, more: str) -> None:
    check_message(REGISTER.format(sender=sender, more=more), "1001")


@pytest.mark.parametrize(
    ("sender", "more"),
    [
        ("<sip:1002@127.0.0.1>", ""),
        ("<sip:10010@127.0.0.1>", ""),
        ("<sip:1001@127.0.0.1>", AUTHORIZATION.format("1002")),
        ("<sip:1001@127.0.0.1>", "From: <sip:1002@127.0.0.1>\r\n"),
        ("<sip:1001@127.0.0.1>", "f: <sip:1002@127.0.0.1>\r\n"),
        ('"sip:1001@x" <sip:1002@127.0.0.1>', ""),
        ("nobody", ""),
    ],
)
def test_somebody_else_does_not(sender: str, more: str) -> None:
    with pytest.raises(NotYourExtensionError):
        check_message(REGISTER.format(sender=sender, more=more), "1001")


@pytest.mark.parametrize("text", ["\r\n\r\n", "\r\n", "SIP/2.0 200 OK\r\nFrom: <sip:2@x>\r\n\r\n"])
def test_keep_alives_and_responses_pass(text: str) -> None:
    check_message(text, "1001")
