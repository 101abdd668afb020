"""What a running Asterisk says about itself: modules, rights of the manager's users, since when."""

import re
from dataclasses import dataclass

from cti.asterisk.instance import Instance

# What the dialplan, the phones and the recordings are made of. A build or a modules.conf without one of them starts,
# and fails at the first call.
NEEDED_MODULES = frozenset(
    {
        "app_bridgeaddchan", "app_chanspy", "app_dial", "app_mixmonitor", "app_playback", "app_playtones",
        "app_queue", "app_read", "app_softhangup", "app_stack", "app_userevent", "bridge_simple", "bridge_softmix",
        "chan_pjsip",
        "codec_alaw", "codec_resample", "codec_ulaw", "format_pcm", "format_wav", "func_callerid", "func_channel",
        "func_cut", "func_groupcount", "func_logic", "func_strings", "func_timeout", "func_uuid", "res_agi",
        "res_http_websocket", "res_musiconhold", "res_pjsip", "res_pjsip_endpoint_identifier_ip",
        "res_pjsip_registrar", "res_pjsip_session", "res_pjsip_transport_websocket", "res_rtp_asterisk", "res_srtp",
        "res_timing_timerfd",
    }
)  # fmt: skip
# Each is a way to a shell or to the configuration (Asterisk's README-SERIOUSLY.bestpractices).
DANGEROUS_RIGHTS = frozenset({"system", "command", "config", "all"})


@dataclass(frozen=True, slots=True)
class Condition:
    """`rights` are what each manager user may write, None for a user that is not there.

    `proves_itself`: the dialplan that it has read names the secret of our AGI port.
    """

    uptime_s: int
    calls: int
    missing_modules: tuple[str, ...]
    rights: dict[str, frozenset[str] | None]
    proves_itself: bool


async def ask_condition(instance: Instance, users: tuple[str, ...], agi_secret: str) -> Condition:
    """Ask through Asterisk's control socket, which only its owner can open."""
    return Condition(
        uptime_s=read_uptime(await instance.command("core show uptime seconds")),
        calls=read_calls(await instance.command("core show channels count")),
        missing_modules=tuple(sorted(NEEDED_MODULES - read_modules(await instance.command("module show")))),
        rights={user: read_rights(await instance.command(f"manager show user {user}")) for user in users},
        proves_itself=agi_secret in await instance.command("dialplan show callroom-call"),
    )


def read_uptime(text: str) -> int:
    """Read `System uptime: 12`; 0 when it is not there."""
    found = re.search(r"System uptime: (\d+)", text)
    return int(found[1]) if found else 0


def read_calls(text: str) -> int:
    """Read `3 active calls`."""
    found = re.search(r"(\d+) active calls?", text)
    return int(found[1]) if found else 0


def read_modules(text: str) -> frozenset[str]:
    """Read the names of the modules that run."""
    return frozenset(re.findall(r"^(\w+)\.so\s.*\s\d+ +Running\s", text, re.MULTILINE))


def read_rights(text: str) -> frozenset[str] | None:
    """Read what a user may write; None when there is no such user."""
    found = re.search(r"write perm: *(.*)", text)
    if found is None:
        return None
    return frozenset(right.strip() for right in found[1].split(",") if right.strip() not in {"", "<none>"})
