"""Tones for a fake microphone, and the ear that tells them apart in the page."""

import math
import struct
import wave
from pathlib import Path

from playwright.async_api import Page

SAMPLE_RATE_HZ = 48000

# The dominant frequency of what <audio data-testid="remote-audio"> plays, by an FFT of 8192 points (5.9 Hz apart).
_LISTEN = """async () => {
  const element = document.querySelector('[data-testid=remote-audio]');
  if (!element || !element.srcObject) return null;
  const context = new AudioContext({sampleRate: 48000});
  await context.resume();
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  context.createMediaStreamSource(element.srcObject).connect(analyser);
  await new Promise(done => setTimeout(done, 700));
  const bins = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(bins);
  await context.close();
  let best = 0;
  bins.forEach((level, i) => { if (level > bins[best]) best = i; });
  return {hz: best * 48000 / 8192, level: bins[best]};
}"""


# The same, ten times a second from now on, into a list that stays in the page.
_BEGIN = """async () => {
  const element = document.querySelector('[data-testid=remote-audio]');
  const context = new AudioContext({sampleRate: 48000});
  await context.resume();
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  context.createMediaStreamSource(element.srcObject).connect(analyser);
  const bins = new Float32Array(analyser.frequencyBinCount);
  const heard = [];
  const timer = setInterval(() => {
    analyser.getFloatFrequencyData(bins);
    let best = 0;
    bins.forEach((level, i) => { if (level > bins[best]) best = i; });
    if (bins[best] > -80) heard.push(best * 48000 / 8192);
  }, 100);
  window.ear = {heard, close: () => { clearInterval(timer); return context.close(); }};
}"""


# How far some frequencies stand out of what is around them, in dB, usually, during 1.3 s: tones that are heard together
# are told apart, and what a busy machine does to the sound (gaps, clicks) is no tone.
_LEVELS = """async (asked) => {
  const element = document.querySelector('[data-testid=remote-audio]');
  if (!element || !element.srcObject) return asked.map(() => 0);
  const context = new AudioContext({sampleRate: 48000});
  await context.resume();
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  context.createMediaStreamSource(element.srcObject).connect(analyser);
  const looks = asked.map(() => []);
  const bins = new Float32Array(analyser.frequencyBinCount);
  await new Promise(done => setTimeout(done, 200));
  for (let look = 0; look < 9; look++) {
    await new Promise(done => setTimeout(done, 120));
    analyser.getFloatFrequencyData(bins);
    asked.forEach((hz, i) => {
      const near = Math.round(hz * 8192 / 48000);
      const around = [...bins.slice(near - 30, near - 6), ...bins.slice(near + 7, near + 31)].sort((a, b) => a - b);
      looks[i].push(Math.max(...bins.slice(near - 2, near + 3)) - around[24]);
    });
  }
  await context.close();
  return looks.map((levels) => levels.sort((a, b) => a - b)[4]);
}"""
HEARD_DB = 15.0
_WHY_QUIET = """() => {
  const element = document.querySelector('[data-testid=remote-audio]');
  const tracks = element?.srcObject?.getTracks() ?? [];
  return JSON.stringify({
    state: document.querySelector('[data-testid=state-button]')?.dataset.state,
    stream: element?.srcObject?.active ?? null, paused: element?.paused, at_s: element?.currentTime,
    tracks: tracks.map(track => [track.kind, track.readyState, track.muted, track.enabled]),
  });
}"""


def write_tone(path: Path, hz: float, seconds: int = 4) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        count = SAMPLE_RATE_HZ * seconds
        tone = (int(12000 * math.sin(2 * math.pi * hz * n / SAMPLE_RATE_HZ)) for n in range(count))
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in tone))
    return path


async def heard_hz(page: Page) -> float | None:
    """Dominant frequency in the page's remote audio now; None when there is none, or only silence."""
    heard = await page.evaluate(_LISTEN)
    if heard is None or heard["level"] < -80:
        return None
    return float(heard["hz"])


async def why_quiet(page: Page) -> str:
    """What a page that plays nothing is about: its state, its stream, its connection."""
    return str(await page.evaluate(_WHY_QUIET))


async def open_ear(page: Page) -> None:
    """Listen to the page's remote audio until `close_ear`: for what sounds only for a moment."""
    await page.evaluate(_BEGIN)


async def heard_since(page: Page) -> list[float]:
    """Dominant frequencies since `open_ear`, in order; silence is left out."""
    heard: list[float] = await page.evaluate("() => window.ear.heard")
    return heard


async def close_ear(page: Page) -> None:
    await page.evaluate("() => window.ear.close()")


async def heard_tones(page: Page, *asked_hz: float) -> set[float]:
    """Which of these the page plays within a second, however softly."""
    levels = await page.evaluate(_LEVELS, list(asked_hz))
    return {hz for hz, level in zip(asked_hz, levels, strict=True) if level > HEARD_DB}
