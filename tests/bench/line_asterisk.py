"""What Asterisk itself says of the same clips: AMD() and ToneScan() of a real one, each clip played into a channel."""

import asyncio
import shutil
import tempfile
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.asterisk.pair import Ami, Pair, ami_of, build_pair, eventually
from tests.bench.line_channel import RATE_HZ, Sound
from tests.prefix import cached_prefix

AT_ONCE = 16
_PLAN = """
[bench-play]
exten => _X!,1,Playback({folder}/${{EXTEN}})
 same => n,Wait(2)
 same => n,Hangup()
[bench-amd]
exten => _X!,1,Answer()
 same => n,AMD()
 same => n,Set(DB(bench/${{EXTEN}})=${{AMDSTATUS}})
 same => n,Hangup()
"""
_SCAN = """
[bench-{zone}]
exten => _X!,1,Answer()
 same => n,ToneScan({zone},10,,f)
 same => n,Set(DB(bench/${{EXTEN}})=${{TONESCANSTATUS}})
 same => n,Hangup()
"""
ZONE = "us"
# What of ToneScan's words is right for a label.
_WORDS = {"ringback": {"RINGING"}, "tone_busy": {"BUSY"}, "congestion": {"BUSY"}, "fax": {"FAX", "MODEM"}}
_OF_A_SIT = {"SIT"}


def amd_says(sounds: Sequence[Sound]) -> list[str]:
    """Return AMDSTATUS of each, by the settings that Asterisk ships: HUMAN, MACHINE, NOTSURE, HANGUP."""
    return _said("amd", sounds)


def scanned(clips: Sequence[tuple[str, Sound]]) -> str:
    """Say how many of these labels' clips ToneScan() knows; it has one country's tones at a time."""
    said = _said(ZONE, [sound for _, sound in clips])
    right = sum(told in _WORDS.get(label, _OF_A_SIT) for (label, _), told in zip(clips, said, strict=True))
    none = sum(told in {"TIMEOUT", "HANGUP"} for told in said)
    return (
        f"`ToneScan()` of Asterisk, with tones of the US: {right} of {len(clips)} such clips right, {none} unknown, "
        f"{len(clips) - right - none} taken for something else."
    )


def _said(where: str, sounds: Sequence[Sound]) -> list[str]:
    with tempfile.TemporaryDirectory() as home:
        return asyncio.run(_ask(Path(home), where, sounds))


async def _ask(home: Path, where: str, sounds: Sequence[Sound]) -> list[str]:
    pair = build_pair(home)
    etc, clips = pair.settings.layout.etc, home / "clips"
    clips.mkdir()
    shutil.copy(cached_prefix() / "usr/share/asterisk/conf/samples/amd.conf.sample", etc / "amd.conf")
    modules = etc / "modules.conf"
    modules.write_text(modules.read_text().replace("noload = app_amd.so", ""))
    with (etc / "extensions.conf").open("a") as plan:
        plan.write(_PLAN.format(folder=clips) + _SCAN.format(zone=ZONE))
    try:
        await pair.switch.start()
        async with ami_of(pair.settings, "off") as ami:
            return await _played(pair, ami, where, sounds, clips)
    finally:
        await pair.switch.stop()


async def _played(pair: Pair, ami: Ami, where: str, sounds: Sequence[Sound], clips: Path) -> list[str]:
    for number, sound in enumerate(sounds):
        _write(clips / f"{number}.wav", sound)
    await pair.switch.command("database deltree bench")

    async def is_over() -> bool:
        return not await pair.channels()

    for begin in range(0, len(sounds), AT_ONCE):
        for number in range(begin, min(begin + AT_ONCE, len(sounds))):
            to = (("Channel", f"Local/{number}@bench-{where}"), ("Context", "bench-play"), ("Exten", str(number)))
            answer = await ami.action("Originate", *to, ("Priority", "1"), ("Async", "true"))
            assert answer["Response"] == "Success", answer
        await asyncio.sleep(1)
        await eventually(is_over, 60, "all clips played")
    told = await pair.switch.command("database show bench")
    found = {name.strip(): status.strip() for name, _, status in (each.partition(":") for each in told.splitlines())}
    return [found.get(f"/bench/{number}", "HANGUP") for number in range(len(sounds))]


def _write(file: Path, sound: Sound) -> None:
    with wave.open(str(file), "wb") as opened:
        opened.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        opened.writeframes(np.clip(sound, -32768, 32767).astype(np.int16).tobytes())
