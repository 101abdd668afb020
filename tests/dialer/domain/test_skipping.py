"""Why an agent does not call somebody, and what comes of it."""

import pytest

from dialer.domain.skipping import Skipped, SkipReason, skipped


@pytest.mark.parametrize(
    ("reason", "again"),
    [
        (SkipReason.NOT_NOW, True),
        (SkipReason.OTHER, True),
        (SkipReason.WRONG_DETAILS, False),
        (SkipReason.NOT_NEEDED, False),
    ],
)
def test_who_is_shown_again_and_who_is_done_with(reason: SkipReason, again: bool) -> None:
    assert skipped(reason) == Skipped(again, f"skip_{reason.value}")
