"""The private Asterisk and the simulated telephone network: got, configured, started and stopped as one."""

import errno
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace

from agent_ui.config import Config
from agent_ui.errors import PortTaken
from cti.asterisk.configure import configure, configure_pstn, dialplan_proves_itself
from cti.asterisk.install import find_tool, install, require_tool
from cti.asterisk.instance import Instance
from cti.asterisk.layout import (
    InstanceSettings,
    PstnSettings,
    callroom_settings,
    prefix_of,
    pstn_settings,
)
from cti.asterisk.program import Program, find_asterisk
from cti.asterisk.pstn import call_in
from cti.asterisk.voice import Voice
from cti.errors import AsteriskMissing
from cti.settings import SwitchSettings
from ivr.music import MusicLibrary
from ivr.tools import SoundTools

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Tools:
    """Programs that other parts run."""

    ffmpeg: str
    ffprobe: str
    espeak: str


class Plant:
    """All of it belongs to one home folder. Blocking where nothing else runs yet: at start."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.prefix = prefix_of(config.home, os.environ)

    @property
    def switch(self) -> InstanceSettings:
        """Callroom's own Asterisk."""
        options = self._config.asterisk
        middle = (options.rtp_start + options.rtp_end) // 2
        return replace(
            callroom_settings(self._config.home, self._config.ports.base, self._config.secrets.asterisk),
            recordings_incoming=self._config.recordings_folder / "incoming",
            node=options.node,
            extension_first=options.extension_first,
            extension_count=options.extension_count,
            rtp_first=options.rtp_start,
            rtp_last=middle,
        )

    @property
    def pstn(self) -> PstnSettings:
        """The simulated network."""
        options = self._config.asterisk
        middle = (options.rtp_start + options.rtp_end) // 2
        settings = pstn_settings(self._config.home, self._config.ports.base, self._config.secrets.asterisk)
        return replace(settings, rtp_first=middle + 1, rtp_last=options.rtp_end)

    @property
    def link(self) -> SwitchSettings:
        """How Callroom reaches the switch."""
        switch = self.switch
        return SwitchSettings(
            ami_port=self._config.asterisk.ami_port or switch.ami_port,
            ami_user=switch.ami_user,
            ami_secret=switch.secrets.ami_secret,
            ami_events_user=switch.ami_events_user,
            ami_events_secret=switch.secrets.ami_events_secret,
            agi_port=switch.agi_port,
            ws_port=switch.ws_port,
            node=switch.node,
        )

    def agi_secret(self) -> str | None:
        """Return what the dialplan has to show us; None while it is one of an older version, which shows nothing."""
        switch = self.switch
        return switch.secrets.agi_secret if dialplan_proves_itself(switch) else None

    def install(self, progress: Progress) -> Program:
        """Get what is missing; raises AsteriskMissing with a cure."""
        return install(self.prefix, progress)

    def program(self) -> Program:
        """Return what is installed; raises AsteriskMissing."""
        found = find_asterisk(self.prefix)
        if found is None:
            raise AsteriskMissing("There is no Asterisk here yet", "Run `callroom asterisk install`.")
        return found

    def tools(self) -> Tools:
        """Return the paths of the programs that speak and convert."""
        return Tools(*(str(require_tool(self.prefix, name)) for name in ("ffmpeg", "ffprobe", "espeak-ng")))

    def tools_or_names(self) -> Tools:
        """Return the same, a bare name for what is missing: whoever runs it says then what it was for."""
        return Tools(*(str(find_tool(self.prefix, name) or name) for name in ("ffmpeg", "ffprobe", "espeak-ng")))

    def music(self) -> MusicLibrary:
        """Return the waiting music of one's own, in the folder that this Asterisk plays from."""
        tools = self.tools_or_names()
        return MusicLibrary(self.switch.music, SoundTools(tools.espeak, tools.ffmpeg))

    def voice(self) -> Voice:
        """Return what speaks for the simulated network; raises AsteriskMissing."""
        return Voice(require_tool(self.prefix, "espeak-ng"), require_tool(self.prefix, "ffmpeg"))

    def configure(self, program: Program) -> None:
        """Write the configuration of both from the templates."""
        voice = self.voice()
        configure(self.switch, program, voice)
        if self._config.demo.enabled:
            configure_pstn(self.pstn, program, voice)

    def instances(self, program: Program) -> dict[str, Instance]:
        """Return those that belong to this installation, in the order of their start."""
        found = {"Asterisk": Instance(program, self.switch.layout)}
        if self._config.demo.enabled:
            found["telephone network simulator"] = Instance(program, self.pstn.layout)
        return found

    def check_ports(self, program: Program) -> None:
        """Raise PortTaken when somebody else has a port that an instance which does not run yet needs."""
        running = {name: instance.status().is_running for name, instance in self.instances(program).items()}
        ports = self._config.ports
        wanted = {"Asterisk": [(ports.ami, "AMI"), (ports.ws, "Asterisk's HTTP")]}
        wanted["telephone network simulator"] = [(ports.pstn_ami, "AMI of the simulator")]
        for name, is_running in running.items():
            if not is_running:
                for port, what in wanted[name]:
                    check_port("127.0.0.1", port, what)

    async def call_in(self, to: str, from_number: str | None) -> str:
        """Let the simulated network call with the demonstration's manners: press 1, then talk for a while."""
        return await call_in(self.pstn, to, from_number)


def check_port(host: str, port: int, what: str) -> None:
    """Raise PortTaken unless we could listen there."""
    with socket.socket() as probe:
        # as the servers do: a port in TIME_WAIT is free
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise OSError(error.errno, f"{error.strerror} ({what} at {host}:{port})") from error
            raise PortTaken(port, what) from error
