import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.domain.folding import fold, fold_email, query_digits, query_tokens, tokens_of


def test_folding_makes_spellings_alike() -> None:
    assert fold("  Ｓｍｉｔｈ\t LTD ") == "smith ltd"
    assert fold_email(" Ann@Example.COM ") == "ann@example.com"


@pytest.mark.parametrize(
    "query",
    ["张", "张伟", "伟东", "远航", "远航电子", "smith", "smi", "mith", "s", "sm", "smith 张伟", "3800", "138001"],
)
def test_every_piece_is_found(query: str) -> None:
    tokens = tokens_of(["张伟东", "深圳远航电子", "Smith & Co X"], ["13800138000"])
    assert set(query_tokens(query)) <= tokens


@pytest.mark.parametrize(
    ("query", "digits"),
    [
        ("138", None),
        ("1380", "1380"),
        ("138-0013", "1380013"),
        ("+86 138", None),
        ("+86 1380", "1380"),
        ("0086138001", "138001"),
        ("１３８０", "1380"),
        ("12a4", None),
    ],
)
def test_digits_of_a_query(query: str, digits: str | None) -> None:
    assert query_digits(query) == digits


def test_a_query_of_signs_only_has_no_tokens() -> None:
    assert query_tokens("@@ !!") == ()


@given(st.text(alphabet="张伟东王ab 1", min_size=1, max_size=12), st.data())
def test_any_piece_of_a_name_is_covered(name: str, data: st.DataObject) -> None:
    folded = fold(name)
    if not folded:
        return
    start = data.draw(st.integers(0, len(folded) - 1))
    word = folded[start : start + 6].split()[0] if folded[start : start + 6].split() else ""
    asked = query_tokens(word)
    if query_digits(word) is None and not any(character.isascii() for character in word):
        assert set(asked) <= tokens_of([name], [])
