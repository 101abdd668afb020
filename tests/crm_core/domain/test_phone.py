import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.domain.phone import Phone, PhoneKind, display, is_of_no_area, is_service_line, normalise, search_digits

MOBILE = "+8613800138000"


@pytest.mark.parametrize(
    "raw",
    [
        "+8613800138000",
        "0086138 0013 8000",
        "8613800138000",
        "13800138000",
        "013800138000",
        "0013800138000",
        "138 0013 8000",
        "138-0013-8000",
        "１３８００１３８０００",
        "＋８６　138 0013 8000",
        "138－0013－8000",
        "138\u22120013\u22128000",
        "\u202d+86 138 0013 8000\u202c",
        "138\u200b0013\u00ad8000\ufeff",
        "(+86)13800138000",
        "1795113800138000",
        "1252013800138000",
        "tel:+8613800138000",
        "sip:13800138000@carrier.example",
        "++86 138 0013 8000",
        "13\u066800138000",
        "\u0967\u0969\u096e00138000",
        "<13800138000>",
        " 13800138000 ",
    ],
)
def test_every_spelling_of_a_mobile_is_one(raw: str) -> None:
    phone = normalise(raw)
    assert (phone.kind, phone.e164, phone.key, phone.keys) == (PhoneKind.MOBILE, MOBILE, MOBILE, (MOBILE,))
    assert phone.raw == raw


@pytest.mark.parametrize("prefix", ["170", "171", "162", "165", "167", "191", "199"])
def test_no_mobile_prefix_is_unknown(prefix: str) -> None:
    assert normalise(f"{prefix}12345678").kind is PhoneKind.MOBILE


@pytest.mark.parametrize(
    ("raw", "e164", "extension"),
    [
        ("0755-12345678", "+8675512345678", ""),
        ("(0755)1234 5678", "+8675512345678", ""),
        ("010-65051234", "+861065051234", ""),
        ("86 10 65051234", "+861065051234", ""),
        ("86-755-12345678", "+8675512345678", ""),
        ("+86 (0)755 12345678", "+8675512345678", ""),
        ("1259 3075512345678", "+8675512345678", ""),
        ("0755-12345678-801", "+8675512345678", "801"),
        ("075512345678转801", "+8675512345678", "801"),
        ("0755-12345678 分机 123", "+8675512345678", "123"),
        ("075512345678 ext. 12", "+8675512345678", "12"),
        ("075512345678,801", "+8675512345678", "801"),
        ("021-6888123x5", "+86216888123", "5"),
    ],
)
def test_landlines_with_area_and_extension(raw: str, e164: str, extension: str) -> None:
    phone = normalise(raw)
    assert (phone.kind, phone.e164, phone.extension) == (PhoneKind.FIXED, e164, extension)


@pytest.mark.parametrize("raw", ["4008001234", "400-800-1234", "+864008001234", "86 400 800 1234"])
def test_service_numbers_get_no_area(raw: str) -> None:
    phone = normalise(raw, area_code="0755")
    assert (phone.kind, phone.e164) == (PhoneKind.SERVICE, "+864008001234")


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("95588", "cn:95588"),
        ("01095588", "cn:95588"),
        ("02195588", "cn:95588"),
        ("+862195588", "cn:95588"),
        ("10086", "cn:10086"),
        ("12345", "cn:12345"),
        ("110", "cn:110"),
        ("950131234567", "cn:950131234567"),
        ("0755 12345", "cn:12345"),
        ("95123456", "cn:95123456"),
    ],
)
def test_short_numbers_are_a_class_of_their_own(raw: str, key: str) -> None:
    phone = normalise(raw)
    assert (phone.kind, phone.e164, phone.key) == (PhoneKind.SHORT, None, key)


def test_a_number_that_may_be_two_things_is_looked_up_as_both() -> None:
    assert normalise("9512345678").keys == ("+869512345678", "cn:9512345678")
    assert normalise("09512345678").keys == ("+869512345678",)


def test_a_local_number_takes_the_area_of_the_trunk() -> None:
    assumed = normalise("62345678", area_code="0755")
    assert (assumed.e164, assumed.assumed_area) == ("+8675562345678", True)
    alone = normalise("62345678")
    assert (alone.kind, alone.e164, alone.key) == (PhoneKind.UNKNOWN, None, "raw:62345678")
    assert normalise("12", area_code="0755").key is None


@pytest.mark.parametrize(
    ("raw", "e164"),
    [
        ("+44 20 7946 0958", "+442079460958"),
        ("0044 20 7946 0958", "+442079460958"),
        ("+1 (415) 555-2671", "+14155552671"),
    ],
)
def test_foreign_numbers(raw: str, e164: str) -> None:
    assert (normalise(raw).kind, normalise(raw).e164) == (PhoneKind.FOREIGN, e164)


def test_another_region_has_its_own_national_numbers() -> None:
    assert normalise("020 7946 0958", region="GB").e164 == "+442079460958"
    assert normalise("not at all", region="GB").key is None


@pytest.mark.parametrize(
    ("raw", "region", "key", "kind"),
    [
        ("030 12345678", "DE", "+493012345678", PhoneKind.FOREIGN),
        ("0176/12345678", "DE", "+4917612345678", PhoneKind.FOREIGN),
        ("+86 138 0013 8000", "DE", MOBILE, PhoneKind.MOBILE),
        ("008613800138000", "DE", MOBILE, PhoneKind.MOBILE),
        ("0011 44 20 7946 0958", "AU", "+442079460958", PhoneKind.FOREIGN),
        ("0044 20 7946 0958", "US", "+442079460958", PhoneKind.FOREIGN),
        ("(416) 555-0123", "US", "+14165550123", PhoneKind.FOREIGN),
        ("13800138000", "DE", "raw:13800138000", PhoneKind.UNKNOWN),
        ("030 12345678", "US", "raw:03012345678", PhoneKind.UNKNOWN),
        ("110", "DE", "raw:110", PhoneKind.UNKNOWN),
    ],
)
def test_a_number_written_as_at_home_has_to_fit_there(raw: str, region: str, key: str, kind: PhoneKind) -> None:
    phone = normalise(raw, region)
    assert (phone.key, phone.kind) == (key, kind)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("030 12345678", True),
        ("021-62345678", False),
        ("0951 2345678", False),
        ("13800138000", False),
        ("+493012345678", False),
        ("95588", False),
    ],
)
def test_a_landline_in_an_area_that_there_is_not_is_told(number: str, expected: bool) -> None:
    assert is_of_no_area(normalise(number)) is expected


@pytest.mark.parametrize("raw", [None, "", "  ", "anonymous", "Unavailable", "Anonymous@anonymous.invalid", "unknown"])
def test_withheld_numbers_hold_nothing(raw: str | None) -> None:
    phone = normalise(raw)
    assert (phone.kind, phone.key, phone.keys) == (PhoneKind.WITHHELD, None, ())


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("abc", None),
        ("+", None),
        ("转", None),
        ("转801", None),
        ("00112233", "raw:00112233"),
        ("1012345", "raw:1012345"),
        ("4001", "raw:4001"),
        ("+12", None),
        ("+86 138-0013", "raw:+861380013"),
    ],
)
def test_what_fits_no_rule_is_kept_as_it_came(raw: str, key: str | None) -> None:
    phone = normalise(raw)
    assert (phone.kind, phone.key, phone.e164) == (PhoneKind.UNKNOWN, key, None)


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        (None, ""),
        (MOBILE, "138 0013 8000"),
        ("+8675512345678", "0755-12345678"),
        ("+861065051234", "010-65051234"),
        ("+864008001234", "400-800-1234"),
        ("cn:95588", "95588"),
        ("raw:4001", "4001"),
        ("+442079460958", "+44 20 7946 0958"),
        ("+0", "+0"),
    ],
)
def test_display(key: str | None, shown: str) -> None:
    assert display(key) == shown


@pytest.mark.parametrize(
    ("key", "digits"),
    [
        (MOBILE, "13800138000"),
        ("+8675512345678", "075512345678"),
        ("+864008001234", "4008001234"),
        ("+442079460958", "442079460958"),
        ("cn:95588", "95588"),
    ],
)
def test_digits_that_people_search_for(key: str, digits: str) -> None:
    assert search_digits(key) == digits


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("13800138000", False),
        ("0755-82345678", False),
        ("010-2345678", False),
        ("0951 2345678", False),
        ("+442079460958", False),
        ("0755-16812345", True),
        ("010 96012345", True),
        ("+1 900 555 1234", True),
        ("+33 899 123 456", True),
        ("+979 123 456 789", True),
        ("+8816 1234 5678", True),
        ("95588", False),
        ("", False),
    ],
)
def test_a_line_that_charges_whoever_calls_is_no_persons(number: str, expected: bool) -> None:
    assert is_service_line(normalise(number)) is expected


@given(st.text(max_size=40))
def test_nothing_breaks_it_and_a_key_is_found_again(raw: str) -> None:
    phone = normalise(raw)
    assert isinstance(phone, Phone)
    assert phone.key is None or 4 <= len(phone.key) <= 40
    if phone.e164 is not None and phone.kind is not PhoneKind.FOREIGN:
        assert normalise(phone.e164).key == phone.key
    display(phone.key)
    is_service_line(phone)
