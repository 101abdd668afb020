import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crm_core.domain.masking import mask_number, mask_strings, mask_text, restore_text
from crm_core.domain.phone import display, normalise


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+8613800138000", "138****8000"),
        ("138 0013 8000", "138****8000"),
        ("１３８００１３８０００", "138****8000"),
        ("0086 138-0013-8000", "138****8000"),
        ("0755-12345678", "0755-****5678"),
        ("+861012345678", "010-****5678"),
        ("021-6234567", "021-****567"),
        ("0951-1234567", "0951-****567"),
        ("0755-12345678转801", "0755-****5678-801"),
        ("400-800-1234", "400-****234"),
        ("95588", "95588"),
        ("110", "110"),
        ("950131234567890", "95013****7890"),
        ("95013123", "95013****"),
        ("+44 20 7946 0958", "+44 ****0958"),
        ("+1 415 555 2671", "+1 ****2671"),
        ("+290 23456", "+290 ****6"),
        ("82345678", "****5678"),
        ("1001", "****"),
        ("123456789012", "****9012"),
        ("anonymous", "anonymous"),
        ("", ""),
        ("Bob 13800138000", "Bob ****"),
    ],
)
def test_numbers_by_kind(number: str, masked: str) -> None:
    assert mask_number(number) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call 13800138000 at 5", "call 138****8000 at 5"),
        ("打138 0013 8000或0755-12345678", "打138****8000或0755-****5678"),
        ("tel:+8613800138000;x", "tel:138****8000;x"),
        ("+44 (0)20 7946 0958", "+44 ****0958"),
        ("13800138000@qq.com", "138****8000@qq.com"),
        ("2026-11-22 13800138000", "2026-11-22 138****8000"),
        ("on 2026-11-22 and 22/11/2026, at 10:30:00.123", "on 2026-11-22 and 22/11/2026, at 10:30:00.123"),
        ("2026-11-22T03:25:02.123Z", "2026-11-22T03:25:02.123Z"),
        ("2026-11-22T03:25:02.123456Z", "2026-11-22T03:25:02.123456Z"),
        ("2026-11-22T03:25:02.123456+00:00", "2026-11-22T03:25:02.123456+00:00"),
        ("2026-11-22T03:25:02.13800138000Z", "2026-11-22T03:25:****8000Z"),
        ("2026-11-22T13800138000", "2026-11-22T138****8000"),
        ("pays 1,500,000 for 120 pieces", "pays 1,500,000 for 120 pieces"),
        ("ring 95588", "ring 95588"),
        ("5f1c1234-5678-4123-8123-123456789012", "5f1c1234-5678-4123-8123-123456789012"),
        ("card 110101199003071234", "card ****1234"),
        ("13800138000 13900139000", "138****8000 139****9000"),
        ("13800138000\n0755 8234 5678", "138****8000\n0755-****5678"),
        ("82345678", "****5678"),
        ("last digits 0013800", "last digits ****800"),
        ("打138－0013－8000", "打138****8000"),
        ("\u202d138\u200b0013\u22128000\u202c", "\u202d138****8000\u202c"),
        ("（０７５５）８２３４－５６７８", "（0755-****5678"),
        ("打一三八零零一三八零零零吧", "打138****8000吧"),
        ("幺三八，〇〇幺三，八〇〇〇", "138****8000"),
        ("壹叁捌 零零壹叁 捌零零零", "138****8000"),
        ("138零零一三8000", "138****8000"),
        ("1380013 八零零零", "138****8000"),
        ("2026-11-22 一三八零零一三八零零零", "2026-11-22 138****8000"),
        ("+八六 138 零零一三 八零零零", "138****8000"),
        ("One three eight, zero zero one three - eight oh oh oh!", "138****8000!"),
        ("one three eight 0013 8000", "138****8000"),
        ("13800138000 三次", "138****8000 三次"),
        ("13800138000, one more", "138****8000, one more"),
        ("二〇二六年十一月二十二日，三三两两。一二三四五六", "二〇二六年十一月二十二日，三三两两。一二三四五六"),
        ("someone, no one, two or three, fourteen", "someone, no one, two or three, fourteen"),
    ],
)
def test_texts(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@given(st.sampled_from(["+8613800138000", "+8675512345678", "+864008001234", "+442079460958"]), st.text(max_size=20))
def test_no_spelling_of_a_number_survives_in_a_text(key: str, around: str) -> None:
    digits = re.sub(r"\D", "", key)
    for spelling in (key, display(key), digits, digits[2:], digits[-8:], " ".join(digits[2:]), "-".join(digits[2:])):
        masked = mask_text(f"{around} {spelling} {around}")
        left = re.sub(r"\D", "", masked.replace(around, " "))
        assert digits[-7:] not in left


@given(st.characters() | st.characters(categories=["Cf", "Pd", "Pc", "Zs", "Sm", "Po"]), st.integers(1, 3))
def test_what_can_be_dialed_is_not_shown(apart: str, times: int) -> None:
    written = (apart * times).join(("138", "0013", "8000"))
    if apart != "\n" and normalise(written).e164 == "+8613800138000":
        assert "0013" not in mask_text(f"打{written}。")


SPELLED = {
    "digit": "0123456789",
    "chinese": "零一二三四五六七八九",
    "english": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}


@given(
    st.lists(st.sampled_from([*SPELLED, "chinese"]), min_size=11, max_size=11), st.sampled_from([" ", "-", "，", ", "])
)
def test_no_mixture_of_words_and_digits_survives(ways: list[str], apart: str) -> None:
    # fewer words than three beside digits are taken for words
    assume(len([way for way in ways if way != "digit"]) >= 3)
    written = apart.join(SPELLED[way][int(digit)] for way, digit in zip(ways, "13800138000", strict=True))
    assert mask_text(f"a {written}.") == "a 138****8000."
    assert restore_text("b 138****8000", f"a {written}.") == f"b {written}"


@given(st.text(max_size=60))
def test_masking_never_fails_and_hides_four_digits_of_every_number(text: str) -> None:
    mask_text(text)
    masked, phone = mask_number(text), normalise(text)
    if phone.key is not None and phone.kind != "short":
        assert "****" in masked


@pytest.mark.parametrize(
    ("submitted", "stored", "saved"),
    [
        ("ask 138****8000 again", "ask 13800138000", "ask 13800138000 again"),
        ("138****8000, 138****8000", "13800138000 or 13899998000", "13800138000, 13899998000"),
        ("138****8000 138****8000", "13800138000", "13800138000 13800138000"),
        ("139****1111", "13800138000", "139****1111"),
        ("nothing", "nothing", "nothing"),
        ("138****8000", "2026-11-22", "138****8000"),
        ("new 13911112222", "old 13800138000", "new 13911112222"),
        ("95588 is fine", "95588 is 2026-11-22", "95588 is fine"),
        ("new: 138****8000", "一三八零零一三八零零零", "new: 一三八零零一三八零零零"),
    ],
)
def test_an_edit_of_a_masked_text_keeps_what_was_hidden(submitted: str, stored: str, saved: str) -> None:
    assert restore_text(submitted, stored) == saved


@pytest.mark.parametrize(
    ("frame", "stored"),
    [
        ("aaaaaaaa-bbbb-4ccc-8ddd-{}0", "ask 13800138000"),
        ("aaaaaaaa-bbbb-4ccc-8ddd-{}", "ask 6222021234567890123"),
        ("aaaaaaaa-aaaa-aaaa-{}abcd, and {}", "0755-82345678"),
        ("aaaaaaaa-bbbb-a{}aaaaaaaa", "138-0013-8000"),
    ],
)
def test_nobody_has_a_hidden_number_shown_by_writing_an_id_around_it(frame: str, stored: str) -> None:
    framed = frame.replace("{}", mask_text(stored).removeprefix("ask "))
    assert restore_text(framed, stored) == framed


@given(st.text(alphabet="1234567890 -+ab一八零，", max_size=60))
def test_saving_a_masked_text_unchanged_changes_nothing(stored: str) -> None:
    # an asterisk that somebody wrote would be read as hidden digits; the alphabet has none
    assert restore_text(mask_text(stored), stored) == stored


def test_structures_are_masked_except_for_the_keys_that_are_our_own() -> None:
    value = {
        "dialed": "+8675588880000",
        "tags": ["a", "13800138000"],
        "more": ({"n": 1, "t": "13800138000"},),
        "x": None,
    }
    assert mask_strings(value, frozenset({"dialed"})) == {
        "dialed": "+8675588880000",
        "tags": ["a", "138****8000"],
        "more": ({"n": 1, "t": "138****8000"},),
        "x": None,
    }
