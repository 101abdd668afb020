"""What a newcomer reads of the built-in prompts on the screen."""

import re
from pathlib import Path

import pytest

from ivr.wording import wording

WEB = Path(__file__).parents[2] / "agent_ui/web/src/i18n"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_built_in_prompt_has_a_title_on_the_screen(language: str) -> None:
    text = (WEB / language / "admin.ts").read_text(encoding="utf-8")
    block = re.search(r"\n    titles: \{\n(.*?)\n    \}", text, re.DOTALL)
    assert block is not None
    titled = set(re.findall(r"      (\w+): '", block[1]))
    numbers = {name for name in wording(language) if re.fullmatch(r"number_\d+", name)}  # one pattern for all of them
    assert wording(language).keys() - numbers <= titled
