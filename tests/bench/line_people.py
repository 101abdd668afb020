"""Who may answer: people's short greetings and machines' long ones, made of the same voices, so that no voice tells."""

from dataclasses import dataclass

import numpy as np

from tests.bench.line_channel import RATE_HZ, Sound
from tests.bench.line_voices import Speaker, Studio

PEOPLE = {
    "zh": (
        ("喂?",), ("喂,你好。",), ("你好。",), ("喂,哪位?",), ("喂?", "喂?"), ("你好,请问哪位?",), ("喂,您好,请讲。",),
        ("您好,张伟。",), ("喂,什么事?",), ("你好,华联公司,请问找谁?",),
    ),
    "en": (
        ("Hello?",), ("Hello.",), ("Yes?",), ("Hi, this is Mary.",), ("Hello?", "Hello?"), ("Good morning.",),
        ("John speaking.",), ("Hello, who is this?",), ("Smith residence.",), ("Acme sales, this is Peter.",),
    ),
}  # fmt: skip
MACHINES = {
    "zh": (
        ("您好,我现在不方便接听电话,请在提示音后留言。",),
        ("您所拨打的用户无法接听您的电话,请在滴声后留言,结束请挂机。",),
        ("你好,我是小王的语音助手,他现在没空,请问您有什么事?",), ("您好,这里是语音信箱。", "请在听到提示音后留言。"),
        ("您好,欢迎致电华联公司,业务咨询请按一,人工服务请按零。",),
    ),
    "en": (
        ("Hi, you have reached John. I can't come to the phone right now, please leave a message after the tone.",),
        ("The person you are calling is not available. Please leave a message after the beep.",),
        ("Hello.", "You have reached the Smith family. We are not home, so please leave your name and number."),
        ("Thank you for calling Acme. For sales press one, for support press two.",),
        ("Hi, this is Mary.", "Sorry I missed your call, leave me a message and I will call you back."),
    ),
}  # fmt: skip
SECONDS = 4.2


@dataclass(frozen=True, slots=True)
class Answer:
    """What is heard from the answer on."""

    is_machine: bool
    voice: str
    sound: Sound


def answer(studio: Studio, speaker: Speaker, dice: np.random.Generator, *, is_machine: bool) -> Answer:
    """Return one call's first seconds, before the line does anything to it."""
    said = (MACHINES if is_machine else PEOPLE)[speaker.language]
    return spoken(studio, speaker, said[int(dice.integers(len(said)))], dice, is_machine=is_machine)


def spoken(
    studio: Studio, speaker: Speaker, parts: tuple[str, ...], dice: np.random.Generator, *, is_machine: bool
) -> Answer:
    """Return these sentences as such an answer."""
    # a machine begins at once or after a moment; a person lifts the telephone first
    pieces = [silence(dice.uniform(0.1, 1.2) if is_machine else dice.uniform(0.15, 1.3))]
    for number, part in enumerate(parts):
        if number:
            pieces.append(silence(dice.uniform(0.25, 0.8) if is_machine else dice.uniform(0.7, 1.8)))
        pieces.append(_trimmed(studio.say(speaker, part)))
    return Answer(is_machine, speaker.espeak or speaker.flite, fitted(np.concatenate(pieces)))


def silence(seconds: float) -> Sound:
    """Return that long of nothing."""
    return np.zeros(int(seconds * RATE_HZ), np.float32)


def fitted(sound: Sound) -> Sound:
    """Return SECONDS of it."""
    length = int(SECONDS * RATE_HZ)
    return np.concatenate([sound, np.zeros(max(0, length - len(sound)), np.float32)])[:length]


def _trimmed(sound: Sound) -> Sound:
    loud = np.flatnonzero(np.abs(sound) > 300)
    return sound[loud[0] : loud[-1] + 1] if len(loud) else sound
