"""Render the templates of `asterisk-conf/` into an instance's folder, with its ports and secrets."""

import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from cti.asterisk.layout import InstanceLayout, InstanceSettings, PstnSettings, templates_dir
from cti.asterisk.program import Program
from cti.asterisk.pstn import choice_of_fates, dialplan_of_fates
from cti.asterisk.secrets import sip_password, write_private
from cti.asterisk.voice import Voice, hold_music
from cti.domain.values import DESK, MUSIC_CLASSES, USUAL_MUSIC
from cti.emergency.prompts import PROMPTS as EMERGENCY_PROMPTS

# Short: a mailbox that picks up records it. Nothing of who calls.
CONFIRM = {"zh": "接听来电请按一。", "en": "To take the call, press one."}
SUFFIX = ".tmpl"
# Asterisk has ${NAME} for itself.
PLACEHOLDER = re.compile(r"@@([A-Z_]+)@@")
EMERGENCY_SCRIPT = "callroom-emergency"


class TemplateInvalid(ValueError):
    """A template names what nobody gives, or a value would break out of its line."""


def render(template: str, values: Mapping[str, str]) -> str:
    """Fill `@@NAME@@`; a name without value, or a value that could begin a new line or a comment, is refused."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in values:
            raise TemplateInvalid(f"no value for @@{name}@@")
        if not name.endswith("_BLOCK") and re.search(r"[\r\n\0;]", values[name]):
            raise TemplateInvalid(f"the value for @@{name}@@ has a line end or a semicolon")
        return values[name]

    return PLACEHOLDER.sub(value, template)


def configure(settings: InstanceSettings, program: Program, voice: Voice) -> None:
    """Write everything Callroom's Asterisk reads; asks for nothing but espeak-ng, and that only the first time."""
    layout = settings.layout
    _make_folders(layout, settings.recordings_incoming, settings.emergency_spool, settings.voicemails_incoming)
    _speak(layout, voice)
    _write_emergency_script(settings)
    _prepare_music(settings, program)
    templates = templates_dir() / "callroom"
    agents, desks = (
        _accounts(settings, templates / "agent.partial"),
        _accounts(settings, templates / "desk.partial", DESK),
    )
    values = {
        **_values_of(layout, program),
        "NODE": settings.node,
        "LANGUAGE": settings.language,
        "AMI_PORT": str(settings.ami_port),
        "AMI_USER": settings.ami_user,
        "AMI_SECRET": settings.secrets.ami_secret,
        "AMI_EVENTS_USER": settings.ami_events_user,
        "AMI_EVENTS_SECRET": settings.secrets.ami_events_secret,
        "AGI_PORT": str(settings.agi_port),
        "AGI_SECRET": settings.secrets.agi_secret,
        "WS_PORT": str(settings.ws_port),
        "WS_SESSIONS": str(settings.extension_count * 4 + 100),
        "SIP_PORT": str(settings.sip_port),
        "CARRIER_HOST": settings.carrier_host,
        "CARRIER_PORT": str(settings.carrier_port),
        "RTP_FIRST": str(settings.rtp_first),
        "RTP_LAST": str(settings.rtp_last),
        "EMERGENCY_SCRIPT": EMERGENCY_SCRIPT,
        "VOICEMAILS": str(settings.voicemails_incoming),
        "AGENTS_BLOCK": agents,
        "DESKS_BLOCK": desks,
        "MUSIC_BLOCK": _music_classes(settings, templates / "music.partial"),
    }
    _render_all(templates, layout.etc, values)


def _speak(layout: InstanceLayout, voice: Voice) -> None:
    for language, lines in EMERGENCY_PROMPTS.items():
        for name, text in lines.items():
            voice.speak(text, language, layout.sounds / "emergency" / language / f"{name}.wav")
    for language, line in CONFIRM.items():
        voice.speak(line, language, layout.sounds / "confirm" / f"{language}.wav")


def _accounts(settings: InstanceSettings, partial: Path, prefix: str = "") -> str:
    template, key = partial.read_text(encoding="utf-8"), settings.secrets.sip_key
    return "\n".join(
        render(template, {"EXTENSION": one, "PASSWORD": sip_password(key, prefix + one)}) for one in settings.extensions
    )


def _music_classes(settings: InstanceSettings, partial: Path) -> str:
    template, folder = partial.read_text(encoding="utf-8"), str(settings.music)
    return "\n".join(render(template, {"NAME": name, "FOLDER": folder}) for name in MUSIC_CLASSES)


def _prepare_music(settings: InstanceSettings, program: Program) -> None:
    """Let every class that has no piece of its own play the usual music: one without a file would be silent."""
    settings.music.mkdir(parents=True, exist_ok=True)
    usual = sorted(_moh_dir(settings.layout, program).glob("*.wav"))[0]
    for name, target in ((USUAL_MUSIC, str(usual)), *((name, f"{USUAL_MUSIC}.wav") for name in MUSIC_CLASSES)):
        path = settings.music / f"{name}.wav"
        if path.is_symlink():
            path.unlink()  # the program may have moved
        if not path.exists():
            path.symlink_to(target)


def dialplan_proves_itself(settings: InstanceSettings) -> bool:
    """Whether the dialplan as it was written last shows us the secret; that of an older version does not."""
    try:
        plan = (settings.layout.etc / "extensions.conf").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return settings.secrets.agi_secret in plan


def configure_pstn(settings: PstnSettings, program: Program, voice: Voice) -> None:
    """Write everything the PSTN simulator reads."""
    layout = settings.layout
    _make_folders(layout)
    for name, (language, text) in SPOKEN_BY_PSTN.items():
        voice.speak(text, language, layout.sounds / f"{name}.wav")
    values = {
        **_values_of(layout, program),
        "HOST": settings.host,
        "AMI_PORT": str(settings.ami_port),
        "AMI_USER": settings.ami_user,
        "AMI_SECRET": settings.secrets.pstn_ami_secret,
        "SIP_PORT": str(settings.sip_port),
        "SWITCH_PORT": str(settings.switch_port),
        "RTP_FIRST": str(settings.rtp_first),
        "RTP_LAST": str(settings.rtp_last),
        "CHOICE_BLOCK": choice_of_fates(),
        "FATES_BLOCK": dialplan_of_fates().replace("@@SOUNDS@@", str(layout.sounds)),
    }
    _render_all(templates_dir() / "pstn", layout.etc, values)


SPOKEN_BY_PSTN = {
    "person": (
        "zh",
        "你好,我想问一下,上周买的打印机什么时候能送到?我的订单已经付款了。如果还没有发货,能不能改一下地址?谢谢。",
    ),
    "unallocated": ("zh", "对不起,您拨打的号码是空号,请核对后再拨。"),
    "voicemail": ("zh", "您好,我现在不方便接听电话,请在提示音后留言。"),
}


def _moh_dir(layout: InstanceLayout, program: Program) -> Path:
    moh = program.moh_dir
    if not any(moh.glob("*.wav")):
        moh = layout.sounds / "moh"
        hold_music(moh / "hold.wav")
    return moh


def _values_of(layout: InstanceLayout, program: Program) -> dict[str, str]:
    return {
        "ETC": str(layout.etc),
        "LIB": str(layout.lib),
        "DB": str(layout.db),
        "KEYS": str(layout.keys),
        "AGI_BIN": str(layout.agi_bin),
        "SOUNDS": str(layout.sounds),
        "SPOOL": str(layout.spool),
        "RUN": str(layout.run),
        "LOG": str(layout.log),
        "MODULES": str(program.modules_dir),
        "DATA": str(program.data_dir),
        "MOH": str(_moh_dir(layout, program)),
    }


def _make_folders(layout: InstanceLayout, *others: Path) -> None:
    layout.check()
    layout.root.mkdir(parents=True, exist_ok=True)
    # Secrets, recordings on their way and the control socket are nobody else's business.
    layout.root.chmod(0o700)
    for folder in (*layout.folders, *others):
        folder.mkdir(parents=True, exist_ok=True)


def _render_all(templates: Path, etc: Path, values: Mapping[str, str]) -> None:
    rendered = set()
    for template in sorted(templates.glob(f"*{SUFFIX}")):
        target = etc / template.name.removesuffix(SUFFIX)
        write_private(target, render(template.read_text(encoding="utf-8"), values))
        rendered.add(target)
    for left_over in set(etc.glob("*.conf")) - rendered:
        left_over.unlink()


def _write_emergency_script(settings: InstanceSettings) -> None:
    """Write a launcher: a `#!` line takes neither spaces nor long paths, and Asterisk must not need our PATH."""
    packages = Path(__file__).resolve().parents[2]
    command = [
        sys.executable,
        "-m",
        "cti.emergency",
        str(settings.emergency_spool),
        str(settings.layout.sounds / "emergency"),
        str(settings.voicemails_incoming),
    ]
    text = f'#!/bin/sh\nexport PYTHONPATH={shlex.quote(str(packages))}\nexec {shlex.join(command)} "$@"\n'
    # Asterisk may be running it at this moment: written in place it would be busy, or half.
    write_private(settings.layout.agi_bin / EMERGENCY_SCRIPT, text, 0o700)
