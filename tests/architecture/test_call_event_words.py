"""Whatever the diary keeps of a call is read on the call's page in words."""

import re
from pathlib import Path
from typing import get_args

import pytest

from crm_core.diary.fallback import OVER_BY_FALLBACK
from cti.domain.facts import AgentChanged, Fact, SwitchChanged

WORDS = Path(__file__).parents[2] / "agent_ui/web/src/i18n"
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def kept() -> set[str]:
    of_no_call = {AgentChanged, SwitchChanged}
    names = {fact.__name__ for fact in set(get_args(Fact)) - of_no_call} | {OVER_BY_FALLBACK}
    return {_WORD.sub("_", name).lower() for name in names}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_event_of_a_call_has_words(language: str) -> None:
    found = re.search(r"^  eventKinds: {\n(.*?)^  },", (WORDS / language / "calls.ts").read_text("utf-8"), re.M | re.S)
    assert found
    assert kept() - set(re.findall(r"^    (\w+):", found[1], re.M)) == set()
