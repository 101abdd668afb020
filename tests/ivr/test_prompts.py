import asyncio
import shutil
from pathlib import Path

import pytest

from ivr.errors import PromptRejected, ToolMissing
from ivr.prompts import PromptLibrary
from ivr.tools import SoundTools
from ivr.wording import builtin_names
from tests.ivr.sounds import wav


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where all built-in prompts were spoken once."""
    folder = tmp_path_factory.mktemp("prompts")
    seen: list[tuple[int, int]] = []
    asyncio.run(PromptLibrary(folder, SoundTools()).prepare(lambda done, total: seen.append((done, total))))
    assert seen[0][0] == 0
    assert seen[-1][0] == seen[-1][1] > 60
    return folder


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.fixture
async def library(spoken: Path) -> PromptLibrary:
    library = PromptLibrary(spoken, SoundTools(espeak="not-needed", ffmpeg="ffmpeg"))
    await library.prepare()
    return library


async def test_every_built_in_prompt_is_there_in_both_languages(library: PromptLibrary) -> None:
    assert builtin_names() <= library.names()
    for name in builtin_names():
        for language in ("zh", "en"):
            prompt = library.find(name, language)
            assert prompt is not None
            assert f"/builtin/{language}/{name}-" in prompt.path
            assert 0.1 < prompt.duration_s < 30
            assert library.audio_file(name, language) is not None


async def test_an_upload_wins_until_it_is_forgotten(library: PromptLibrary) -> None:
    stored = await library.store("welcome", "zh", wav(2))
    assert (stored.duration_s, stored.warnings) == (2, ())
    found = library.find("welcome", "zh")
    assert found is not None
    assert found.path.endswith("/zh/welcome")
    assert found.duration_s == 2
    assert library.find("welcome", "en") != found
    await library.forget("welcome", "zh")
    builtin = library.find("welcome", "zh")
    assert builtin is not None
    assert "/builtin/" in builtin.path
    await library.forget("welcome", "zh")


async def test_an_upload_survives_a_restart(library: PromptLibrary, spoken: Path) -> None:
    await library.store("our_jingle", "en", wav(1))
    again = PromptLibrary(spoken, SoundTools(espeak="not-needed"))
    await again.prepare()
    assert again.find("our_jingle", "en") == library.find("our_jingle", "en")
    assert again.find("our_jingle", "zh") == again.find("our_jingle", "en")
    assert again.audio_file("our_jingle", "zh") is None
    file = again.audio_file("our_jingle", "en")
    assert file is not None
    assert file.stat().st_mode & 0o444 == 0o444
    await library.forget("our_jingle", "en")


async def test_a_text_is_spoken(spoken: Path) -> None:
    library = PromptLibrary(spoken, SoundTools())
    await library.prepare()
    stored = await library.speak("notice", "zh", "-v 今天\n系统维护")
    assert 0.5 < stored.duration_s < 10
    assert library.find("notice", "zh") is not None
    await library.forget("notice", "zh")


@pytest.mark.parametrize("text", ["", " \n", "x" * 1001])
async def test_a_text_that_cannot_be_spoken(library: PromptLibrary, text: str) -> None:
    with pytest.raises(PromptRejected) as refused:
        await library.speak("notice", "zh", text)
    assert refused.value.code == "bad_text"


async def test_a_text_that_would_go_on_for_minutes(spoken: Path) -> None:
    library = PromptLibrary(spoken, SoundTools())
    with pytest.raises(PromptRejected) as refused:
        await library.speak("notice", "zh", "一二三四五六七八九十" * 100)
    assert refused.value.code == "too_long"
    assert library.find("notice", "zh") is None


@pytest.mark.parametrize("name", ["../../etc/passwd", "Welcome", "", "a" * 51, "a.b", "x\n"])
async def test_names_of_files_are_not_left_to_people(library: PromptLibrary, name: str) -> None:
    with pytest.raises(PromptRejected) as refused:
        await library.store(name, "zh", wav(1))
    assert refused.value.code == "bad_name"


async def test_a_language_that_nobody_speaks(library: PromptLibrary) -> None:
    with pytest.raises(PromptRejected) as refused:
        await library.forget("welcome", "../zh")
    assert refused.value.code == "bad_language"


async def test_a_refused_upload_changes_nothing(library: PromptLibrary, spoken: Path) -> None:
    before = files_in(spoken)
    with pytest.raises(PromptRejected):
        await library.store("welcome", "zh", b"RIFF\x00\x00\x00\x00WAVEfmt ")
    assert files_in(spoken) == before


async def test_a_prompt_that_nobody_has(library: PromptLibrary) -> None:
    assert library.find("nothing", "zh") is None
    assert library.audio_file("nothing", "zh") is None


async def test_files_that_are_not_ours_and_damaged_ones(tmp_path: Path, spoken: Path) -> None:
    (tmp_path / "builtin").symlink_to(spoken / "builtin")
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "Bad Name.wav").write_bytes(wav(1))
    (tmp_path / "zh" / "welcome.wav").write_bytes(b"")
    library = PromptLibrary(tmp_path, SoundTools())
    await library.prepare()
    assert "Bad Name" not in library.names()
    found = library.find("welcome", "zh")
    assert found is not None
    assert "/builtin/" in found.path, "a damaged upload is not played"


@pytest.mark.parametrize(
    "tools", [SoundTools(espeak="no-such-espeak"), SoundTools(ffmpeg="no-such-ffmpeg"), SoundTools(ffmpeg="false")]
)
async def test_missing_tools_are_named(tmp_path: Path, tools: SoundTools) -> None:
    with pytest.raises(ToolMissing) as missing:
        await PromptLibrary(tmp_path, tools).prepare()
    assert missing.value.tool in (tools.espeak, tools.ffmpeg)


async def test_without_tools_what_is_there_can_be_used(spoken: Path, tmp_path: Path) -> None:
    shutil.copytree(spoken, tmp_path / "prompts")
    next((tmp_path / "prompts/builtin/zh").glob("welcome-*.wav")).unlink()
    library = PromptLibrary(tmp_path / "prompts", SoundTools(espeak="no-such-espeak"))
    with pytest.raises(ToolMissing):
        await library.prepare()
    welcome = library.find("welcome", "zh")
    assert welcome is not None
    assert "/en/" in welcome.path
    assert library.names() == builtin_names()
