import pytest

from crm_core.domain.shapes import CONTROL, EMAIL, SLUG


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
