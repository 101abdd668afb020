import pytest

from crm_core.domain.shapes import CONTROL, EMAIL, SLUG, is_blank


@pytest.mark.parametrize("address", ["a@b.cn", "first.last+tag@sub.example.com", "张@例子.中国"])
def test_addresses(address: str) -> None:
    assert EMAIL.match(address)


@pytest.mark.parametrize("address", ["", "a@b", "a b@c.d", "a@b.c.", "@b.cn", "a@b@c.d"])
def test_what_is_no_address(address: str) -> None:
    assert not EMAIL.match(address)


def test_slugs_and_control_characters() -> None:
    assert SLUG.match("main_menu")
    assert not any(SLUG.match(text) for text in ("", "../x", "Menu", "_x", "a" * 64, "x\n\n"))
    assert CONTROL.search("a\0b")
    assert not CONTROL.search("line\nline\t")


@pytest.mark.parametrize("text", ["", " \t\n", "\u200b", "\u3000\u2060 \ufeff", "\u202e\u200d"])
def test_what_nobody_sees_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["张", "\u200bx", ".", "👩\u200d💻", "\ue000"])
def test_what_somebody_sees_is_not(text: str) -> None:
    assert not is_blank(text)
