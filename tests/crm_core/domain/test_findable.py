from crm_core.domain.findable import findable
from crm_core.domain.folding import query_tokens


def test_names_and_numbers_are_found_by_their_pieces() -> None:
    found = findable(["张伟东", "Smith  LTD"], ["+8613800138000", "cn:95588"])
    assert found.text == "张伟东\nsmith ltd\n13800138000\n95588"
    for query in ("张", "伟东", "smi", "ltd", "0013", "9558"):
        assert set(query_tokens(query)) <= set(found.words)


def test_words_hold_no_blank_and_come_in_order_once() -> None:
    words = findable(["a b", "a  b"], []).words
    assert words == ("a", "b")
    assert not any(character.isspace() for word in words for character in word)
