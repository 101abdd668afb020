"""Tones of every plan that ships, and what is none, on bad lines."""

import time
from collections import Counter, defaultdict

import numpy as np

from dialer.listening.cadence import Tone
from dialer.listening.shelf import shipped_plans
from dialer.listening.sound import FRAME, RATE_HZ
from dialer.listening.tone import ToneDetector
from tests.bench.line_asterisk import scanned
from tests.bench.line_channel import Line, Sound, carried, coded, lossy
from tests.bench.line_recordings import CLIP, corpus
from tests.bench.line_voices import Studio
from tests.bench.section import How

SEED = 143
LOUD = 8000.0
SIT = {
    "sit_ic": ((913.8, 0.274), (1370.6, 0.274), (1776.7, 0.380)),
    "sit_vc": ((985.2, 0.380), (1370.6, 0.274), (1776.7, 0.380)),
    "sit_ro": ((913.8, 0.274), (1428.5, 0.380), (1776.7, 0.380)),
    "sit_nc": ((985.2, 0.380), (1428.5, 0.380), (1776.7, 0.380)),
}


def tones_table(studio: Studio, how: How) -> str:
    """Return Markdown."""
    dice = np.random.default_rng(SEED)
    clips = _arrived(studio, dice, how.pick(30, 4))
    took: dict[str, list[float]] = defaultdict(list)
    total, wrong, bands, found_in = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    cpu_s = fed_s = 0.0
    for name, label, line, sound in clips:
        began = time.process_time()
        heard, at_s = hear(sound)
        cpu_s, fed_s = cpu_s + time.process_time() - began, fed_s + at_s
        band = "below 10 dB" if line.snr_db < 10 else "10-20 dB" if line.snr_db < 20 else "20-30 dB"
        total[name] += 1
        bands[band] += 1
        wrong[name] += heard not in {"", label}
        if heard == label:
            took[name].append(at_s)
            found_in[band] += 1
    rows = [_row(name, total[name], took[name], wrong[name]) for name in total]
    loud = ("10-20 dB", "20-30 dB")
    over = sum(found_in[band] for band in loud) / max(1, sum(bands[band] for band in loud))
    sample = [(label, sound) for _, label, line, sound in clips if line.snr_db >= 10][: how.pick(108, 8)]
    return "\n".join([
        "\n### Tones\n", "| tone | clips | right | wrong | t50 | t95 |", "|---|---|---|---|---|---|", *rows, "",
        f"At 10 dB and more: **{over:.1%}** right ("
        + ", ".join(f"{band} {found_in[band] / bands[band]:.1%}" for band in sorted(bands))
        + f"). CPU {1000 * cpu_s / fed_s:.1f} ms for each second. {_false(studio, how)} {scanned(sample)}",
    ])  # fmt: skip


def _arrived(studio: Studio, dice: np.random.Generator, count: int) -> list[tuple[str, str, Line, Sound]]:
    jobs = [each for _ in range(count) for each in _all(dice)]
    lines = [Line.draw(dice) for _ in jobs]
    babble = np.concatenate([sound for sound in studio.prompts().values() if len(sound) > RATE_HZ])
    sent = coded(
        [carried(sound, line, dice, babble) for (_, _, sound), line in zip(jobs, lines, strict=True)],
        [line.codec for line in lines],
    )
    return [
        (name, label, line, lossy(sound.astype(np.float32), line.loss_ratio, dice))
        for (name, label, _), line, sound in zip(jobs, lines, sent, strict=True)
    ]


def _false(studio: Studio, how: How) -> str:
    clips, *_ = corpus(studio, np.random.default_rng(SEED), how.pick(100, 10), how.pick(400, 10))
    each_clip = how.pick(CLIP, 9 * CLIP)
    music = [tune[at : at + CLIP] for tune in studio.music() for at in range(0, len(tune) - CLIP, each_clip)]
    false = [heard for clip in clips if (heard := hear(clip.sound.astype(np.float32))[0])]
    tunes = [heard for sound in music if (heard := hear(sound / 2)[0])]
    return (
        f"In {len(clips)} clips of 5 s of speech and music a tone was heard {len(false)} times, in {len(music)} of 5 s "
        f"that are all of Asterisk's music {len(tunes)} times"
        + (f" ({', '.join(sorted(false + tunes))})" if false or tunes else "")
        + "."
    )


def hear(sound: Sound) -> tuple[str, float]:
    """Return the tone's label ("" if none) and when, or how long it is."""
    detector = ToneDetector(_PLANS)
    for begin in range(0, len(sound) - FRAME + 1, FRAME):
        found = detector.feed(sound[begin : begin + FRAME])
        if found is not None:
            return found.label, (begin + FRAME) / RATE_HZ
    return "", len(sound) / RATE_HZ


_PLANS = shipped_plans()


def _all(dice: np.random.Generator) -> list[tuple[str, str, Sound]]:
    made = []
    for plan in _PLANS:
        for tone in plan.tone:
            if tone.freqs_hz == (2100,):
                made.append(("fax CED 2100 Hz", "fax", _ced()))
                continue
            begin = int(dice.uniform(0, sum(tone.on_ms) + sum(tone.off_ms)) * RATE_HZ / 1000)
            name = f"{tone.label} {plan.country}" if plan.country != "fax" else "fax CNG 1100 Hz"
            made.append((name, tone.label, _cadence(tone)[begin : begin + 9 * RATE_HZ]))
    for kind, tones in SIT.items():
        before = np.zeros(int(dice.uniform(0.1, 1.0) * RATE_HZ), np.float32)
        parts = [_sine(hz, seconds) for hz, seconds in tones]
        made.append((kind, kind, np.concatenate([before, *parts, np.zeros(RATE_HZ // 2, np.float32)])))
    return made


def _sine(hz: float, seconds: float) -> Sound:
    return (LOUD * np.sin(2 * np.pi * hz * np.arange(int(seconds * RATE_HZ)) / RATE_HZ)).astype(np.float32)


def _cadence(tone: Tone) -> Sound:
    parts: list[Sound] = []
    while sum(map(len, parts)) < 16 * RATE_HZ:
        for on_ms, off_ms in zip(tone.on_ms, tone.off_ms, strict=True):
            parts.append(np.sum([_sine(hz, on_ms / 1000) for hz in tone.freqs_hz], axis=0))
            parts.append(np.zeros(off_ms * RATE_HZ // 1000, np.float32))
    return np.concatenate(parts)


def _ced() -> Sound:
    """ANSam: 15 Hz on it, its phase turned every 450 ms."""
    at = np.arange(3 * RATE_HZ)
    turned = np.where((at // 3600) % 2, np.pi, 0)
    swell = 1 + 0.2 * np.sin(2 * np.pi * 15 * at / RATE_HZ)
    return (LOUD * swell * np.sin(2 * np.pi * 2100 * at / RATE_HZ + turned)).astype(np.float32)


def _row(name: str, total: int, took: list[float], wrong: int) -> str:
    t50, t95 = (float(np.percentile(took, each)) if took else float("nan") for each in (50, 95))
    return f"| {name} | {total} | {len(took) / total:.0%} | {wrong} | {t50:.2f} s | {t95:.2f} s |"
