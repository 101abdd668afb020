from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.domain.names import checked_id, incoming_name, peaks_name, published_name
from recordings.errors import NotARecordingId

ID = "0b5e3c2a-94a1-4d6e-8f00-0123456789ab"
AT = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)


def test_a_name_is_made_of_the_id_and_the_utc_month():
    local = AT.astimezone(timezone(timedelta(hours=8)))
    assert published_name(ID, local) == f"2026/11/{ID}.ogg"
    assert incoming_name(ID) == f"{ID}.raw"
    assert peaks_name(published_name(ID, AT)) == f"2026/11/{ID}.peaks.json"


def test_an_id_without_dashes_is_one_too():
    assert checked_id(ID.replace("-", "")) == ID.replace("-", "")


@pytest.mark.parametrize("bad", ["", "..", f"../{ID}", f"{ID}/x", f"{ID}\n", ID.upper(), f"{ID}\0", "$(id)"])
def test_anything_else_is_refused(bad):
    with pytest.raises(NotARecordingId):
        checked_id(bad)


@given(st.text(max_size=60))
def test_no_text_makes_a_name_with_a_path_in_it(text):
    try:
        name = incoming_name(text)
    except NotARecordingId:
        return
    assert "/" not in name
    assert name == f"{text}.raw"
