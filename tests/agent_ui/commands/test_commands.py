"""The command line: what it accepts, and what it says when something is in the way."""

import asyncio
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from agent_ui.__main__ import main, parse
from agent_ui.commands.up import own_command
from agent_ui.config import load_config
from agent_ui.errors import AlreadyRunning, PortTaken
from agent_ui.one_per_home import only_one
from agent_ui.plant import Plant, check_port
from crm_core.storage.claim import sole_use
from tests.crm_core.conftest import open_cluster


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CALLROOM_HOME", str(tmp_path))
    monkeypatch.setenv("CALLROOM_BASE_PORT", "28700")
    return tmp_path


@pytest.mark.parametrize(
    "line",
    [
        "up",
        "serve",
        "asterisk install",
        "asterisk start",
        "asterisk stop",
        "asterisk status",
        "asterisk configure",
        "demo call --to 4001 --from +8613800138000 --keys 1 --stay 20",
        "demo call --withheld",
        "user add li --role supervisor --queue 1 --queue 2",
        "user password li --generate",
        f"audit verify --expect 7:{'0' * 64}",
        "audit head",
        "db upgrade",
    ],
)
def test_every_command_is_known(line: str) -> None:
    assert callable(parse(line.split()).run)


def test_a_wrong_setting_is_told_in_a_sentence(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "callroom.toml").write_text("[web]\nprot = 1\n")
    assert main(["db", "upgrade"]) == 1
    assert capsys.readouterr().err == "callroom: web.prot: unknown key\n"


def test_a_database_out_of_reach_is_told_in_a_sentence(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLROOM_DATABASE_URL", "postgresql://li:secret@127.0.0.1:1/x")
    assert main(["db", "upgrade"]) == 1
    told = capsys.readouterr().err
    assert "the database postgresql+asyncpg://li:***@127.0.0.1:1/x cannot be used" in told
    assert "secret" not in told


def test_a_home_that_cannot_be_is_told_in_a_sentence(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "file").touch()
    monkeypatch.setenv("CALLROOM_HOME", str(home / "file" / "x"))
    assert main(["db", "upgrade"]) == 1
    assert "Not a directory" in capsys.readouterr().err


def test_an_address_of_another_machine_is_not_a_port_in_use() -> None:
    with pytest.raises(OSError, match=r"192\.0\.2\.1"):
        check_port("192.0.2.1", 28700, "pages")


def test_accounts_are_made_on_the_command_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["db", "upgrade"]) == 0
    assert main(["user", "add", "li", "--name", "Li"]) == 0
    assert "extension 1001" in capsys.readouterr().out
    assert main(["user", "add", "li"]) == 1
    assert "another user has this login" in capsys.readouterr().err
    assert main(["user", "password", "li"]) == 0
    assert main(["user", "password", "nobody"]) == 1
    assert "there is no user 'nobody'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("--from 138x", "'138x' is not a number: 1 to 20 digits, with a + in front at most"),
        ("--to abc", "argument --to: 'abc' is not a number"),
        ("--keys 1q", "'1q' has other keys than 0 to 9, *, # and w"),
        ("--stay=-5", "'-5' is not a time in seconds, 0 to 86400"),
        ("--stay nan", "'nan' is not a time in seconds"),
        ("--key-delay soon", "'soon' is not a time in seconds"),
    ],
)
def test_a_simulated_call_with_nonsense_is_refused_in_words(
    line: str, sentence: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["demo", "call", *line.split()])
    assert sentence in capsys.readouterr().err


def test_without_a_simulator_the_call_says_where_it_looked(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "call"]) == 1
    told = capsys.readouterr().err
    assert f"of {home} does not run at port 28711" in told
    assert "CALLROOM_BASE_PORT" in told


def test_the_printed_command_reaches_the_same_installation() -> None:
    assert own_command(".venv/bin/callroom", {"LANG": "C"}) == ".venv/bin/callroom"
    settings = {"CALLROOM_BASE_PORT": "9700", "CALLROOM_HOME": "/my data"}
    assert own_command("callroom", settings) == "CALLROOM_HOME='/my data' CALLROOM_BASE_PORT=9700 callroom"


def test_the_command_line_starts_without_a_word_about_ffmpeg() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "agent_ui", "--help"], env={"PATH": ""}, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""


def test_two_callrooms_do_not_share_a_home(tmp_path: Path) -> None:
    second = only_one(tmp_path, "http://second")
    with only_one(tmp_path, "http://first"), pytest.raises(AlreadyRunning, match="http://first"):
        second.__enter__()
    with only_one(tmp_path, "http://second"):
        pass


@pytest.mark.postgres
def test_two_callrooms_do_not_share_a_server_s_database(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_cluster() as running:
        url = running.url("postgres")
        monkeypatch.setenv("CALLROOM_DATABASE_URL", url)

        async def second(command: str) -> int:
            monkeypatch.setattr(f"agent_ui.commands.{command}.sole_use", partial(sole_use, patience_s=0.2))
            monkeypatch.setattr(f"agent_ui.commands.{command}.set_up_logging", lambda _folder: None)
            async with sole_use(url):
                return await asyncio.to_thread(main, [command])

        for command in ("serve", "up"):
            assert asyncio.run(second(command)) == 1
            told = capsys.readouterr()
            assert "the database is in use by another Callroom (process" in told.err
            assert told.out == "", "nothing was begun"


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port} .pages. is in use"):
            check_port("127.0.0.1", port, "pages")
    check_port("127.0.0.1", port, "pages")


def test_all_parts_agree_on_ports_and_folders(home: Path) -> None:
    config = load_config()
    plant = Plant(config)
    switch, pstn, link = plant.switch, plant.pstn, plant.link
    assert (link.ami_port, link.agi_port, link.ws_port) == (config.ports.ami, config.ports.agi, config.ports.ws)
    assert (switch.ami_port, switch.sip_port) == (config.ports.ami, config.ports.sip)
    assert (pstn.ami_port, pstn.sip_port) == (config.ports.pstn_ami, config.ports.pstn_sip)
    assert switch.extensions == config.extensions
    assert switch.recordings_incoming == config.recordings_folder / "incoming"
    assert switch.rtp_last < pstn.rtp_first
