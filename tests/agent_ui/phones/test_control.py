import pytest

from agent_ui.phones.control import Answered, CloseDoor, DoorOpen, MayHave, SessionOver, Word, decode, encode


@pytest.mark.parametrize(
    "word",
    [DoorOpen(7, "f"), MayHave(0, "k", "1001"), Answered(3, allowed=False), SessionOver("k"), CloseDoor()],
)
def test_every_word_is_one_line_that_says_the_same(word: Word) -> None:
    line = encode(word)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert decode(line) == word


@pytest.mark.parametrize("line", [b"", b"\n", b"{", b"[]\n", b'{"ask": "1"}\n', b'{"close": false}\n', b"\xff\n"])
def test_anything_else_says_nothing(line: bytes) -> None:
    assert decode(line) is None
