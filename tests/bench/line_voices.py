"""Speech for the listener's corpus, made or found here: espeak-ng, flite where it is, Asterisk's own prompts."""

import hashlib
import shutil
import subprocess
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.bench.line_channel import RATE_HZ, Sound

TEXTS: dict[str, dict[str, tuple[str, ...]]] = {
    "zh": {
        "empty": ("您好,您拨打的号码是空号,请核对后再拨。", "对不起,您所拨打的号码不存在,请查证后再拨。"),
        "suspended": ("您好,您拨打的电话已停机。", "对不起,您所拨打的用户已暂停服务。"),
        "off": ("您好,您拨打的电话已关机。", "对不起,您所拨打的电话已关机,请稍后再拨。"),
        "unreachable": ("您好,您拨打的用户暂时无法接通,请稍后再拨。", "对不起,您拨打的电话不在服务区。"),
        "busy": ("您好,您拨打的电话正在通话中,请稍后再拨。", "对不起,您拨叫的用户正忙,请稍后再拨。"),
        "noanswer": ("您好,您拨打的电话暂时无人接听,请稍后再拨。", "对不起,您拨打的用户没有应答。"),
        "barred": ("您好,您拨打的用户已设置呼入限制。", "对不起,您的电话没有权限拨打此号码。"),
    },
    "en": {
        "empty": ("The number you have dialed does not exist. Please check the number and dial again.",
                  "We're sorry, you have reached a number that has been disconnected or is no longer in service."),
        "suspended": ("The number you have dialed is temporarily suspended.",
                      "Sorry, the subscriber you are calling has been suspended."),
        "off": ("The number you have dialed is switched off. Please try again later.",
                "Sorry, the mobile phone you are calling is powered off."),
        "unreachable": ("The number you have dialed is not reachable at the moment.",
                        "Sorry, the subscriber you are calling is out of the coverage area."),
        "busy": ("The number you have dialed is busy now. Please dial again later.",
                 "Sorry, the subscriber you are calling is on another call."),
        "noanswer": ("The number you have dialed is not answering. Please try again later.",
                     "Sorry, there is no reply from the subscriber you are calling."),
        "barred": ("The number you have dialed does not accept incoming calls.",
                   "Sorry, calls to this number are barred."),
    },
}  # fmt: skip
CLASSES = tuple(TEXTS["zh"])
OTHER = {
    "zh": ("今天下午三点我们开会讨论新的项目计划。", "请问您需要办理什么业务,我可以帮您查询。",
           "天气预报说明天有雨,记得带伞出门。", "欢迎致电客户服务中心,普通话请按一。",
           "这个产品的价格是九十九元,包邮到家。", "我马上到楼下了,你在哪个门等我。"),
    "en": ("Thank you for calling our service center, for English press one.",
           "The weather tomorrow will be cloudy with a chance of rain.",
           "I will be in the office at three, can you call me back then.",
           "Your package has been delivered to the front door this morning.",
           "Please hold the line while we connect you to an agent.",
           "This call may be recorded for training and quality purposes."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Speaker:
    """`espeak` is a voice with its variant, `flite` one of flite's; one of them."""

    language: str
    espeak: str = ""
    flite: str = ""
    speed: int = 170
    pitch: int = 50


ESPEAK = tuple(
    Speaker(language, espeak=f"{voice}+{variant}", speed=speed, pitch=pitch)
    for language, voice in (("zh", "cmn"), ("zh", "yue"), ("en", "en-us"), ("en", "en-gb"))
    for variant, speed, pitch in (("m3", 160, 40), ("f2", 180, 60), ("m7", 200, 35), ("f4", 150, 70), ("m1", 190, 50))
)
FLITE = tuple(Speaker("en", flite=voice) for voice in ("slt", "awb", "rms", "kal"))


class Studio:
    """Speaks once and keeps it; `prefix` is Asterisk's."""

    def __init__(self, folder: Path, prefix: Path) -> None:
        self._folder = folder
        self._prefix = prefix
        self._flite = shutil.which("flite")
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def flite(self) -> tuple[Speaker, ...]:
        """Flite's voices, where it is installed."""
        return FLITE if self._flite else ()

    def say(self, speaker: Speaker, text: str) -> Sound:
        """Return the sentence at 8 kHz."""
        name = hashlib.sha256(f"{speaker}{text}".encode()).hexdigest()[:24]
        file = self._folder / f"{name}.wav"
        if not file.exists():
            raw = self._folder / f"{name}.raw.wav"
            if speaker.flite:
                command = [str(self._flite), "-voice", speaker.flite, "-t", text, "-o", str(raw)]
            else:
                tuned = ("-s", str(speaker.speed), "-p", str(speaker.pitch))
                command = ["espeak-ng", "-v", speaker.espeak, *tuned, "-w", str(raw), "--", text]
            subprocess.run(command, check=True, capture_output=True)
            _fit(raw, file)
            raw.unlink()
        return read_wav(file)

    def prompts(self) -> dict[str, Sound]:
        """Return Asterisk's own recordings of one person, by name."""
        folder = self._prefix / "usr/share/asterisk/sounds/en_US_f_Allison"
        files = sorted(each for each in folder.rglob("*.wav") if "silence" not in str(each))
        return {str(each.relative_to(folder).with_suffix("")): read_wav(each) for each in files}

    def music(self) -> list[Sound]:
        """Return Asterisk's music on hold."""
        return [read_wav(each) for each in sorted((self._prefix / "usr/share/asterisk/moh").glob("*.wav"))]


def _fit(raw: Path, file: Path) -> None:
    """Write it at RATE_HZ. A process of ffmpeg for each of thousands of sentences takes longer than to speak them."""
    with wave.open(str(raw)) as opened:
        rate_hz, samples = opened.getframerate(), np.frombuffer(opened.readframes(opened.getnframes()), np.int16)
    padded = np.concatenate([samples, np.zeros(-len(samples) % rate_hz, np.int16)]).astype(np.float32)
    length = len(padded) * RATE_HZ // rate_hz
    sound = np.fft.irfft(np.fft.rfft(padded)[: length // 2 + 1], length) * (length / len(padded))
    with wave.open(str(file), "wb") as opened:
        opened.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        opened.writeframes(
            np.clip(sound[: len(samples) * RATE_HZ // rate_hz], -32768, 32767).astype(np.int16).tobytes()
        )


def read_wav(file: Path) -> Sound:
    """Return its samples."""
    with wave.open(str(file)) as opened:
        assert (opened.getframerate(), opened.getnchannels(), opened.getsampwidth()) == (RATE_HZ, 1, 2)
        return np.frombuffer(opened.readframes(opened.getnframes()), np.int16).astype(np.float32)
