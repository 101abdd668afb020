"""Settings: what a person may write, and what they are told when it is wrong."""

from pathlib import Path

import pytest

from agent_ui.config import load_config
from agent_ui.errors import ConfigError


def environment(home: Path, **extra: str) -> dict[str, str]:
    return {"CALLROOM_HOME": str(home), **extra}


def test_an_empty_home_gives_defaults_and_private_secrets(tmp_path: Path) -> None:
    config = load_config(environment(tmp_path))
    assert config.web.port == config.ports.http == 8700
    assert config.database_url.endswith("/callroom.db")
    assert config.recordings_folder == tmp_path / "recordings"
    assert (tmp_path / "secrets.toml").stat().st_mode & 0o777 == 0o600
    assert config.secrets.asterisk.ami_secret not in repr(config)


def test_secrets_stay_the_same_and_differ_between_homes(tmp_path: Path) -> None:
    first = load_config(environment(tmp_path / "a"))
    assert load_config(environment(tmp_path / "a")).secrets == first.secrets
    assert load_config(environment(tmp_path / "b")).secrets.asterisk.sip_key != first.secrets.asterisk.sip_key


def test_the_base_port_moves_every_port(tmp_path: Path) -> None:
    config = load_config(environment(tmp_path, CALLROOM_BASE_PORT="9100"))
    ports = config.ports
    assert config.web.port == 9100
    assert [ports.ami, ports.agi, ports.ws, ports.sip, ports.pstn_ami, ports.pstn_sip] == [
        9101,
        9102,
        9103,
        9104,
        9111,
        9114,
    ]


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "callroom.toml").write_text(
        '[web]\nhost = "0.0.0.0"\nport = 8080\npush_stall_s = 3\n[demo]\nenabled = true\n'
    )
    config = load_config(environment(tmp_path, CALLROOM_DEMO_ENABLED="no", CALLROOM_WEB_PORT="8081"))
    assert (config.web.host, config.web.port, config.web.push_stall_s) == ("0.0.0.0", 8081, 3.0)  # noqa: S104
    assert config.demo.enabled is False


def test_numbers_for_transfers_are_a_list(tmp_path: Path) -> None:
    assert load_config(environment(tmp_path)).telephone.transfer_numbers == ()
    (tmp_path / "callroom.toml").write_text('[telephone]\ntransfer_numbers = ["+861088886666", "1010"]\n')
    assert load_config(environment(tmp_path)).telephone.transfer_numbers == ("+861088886666", "1010")
    from_environment = environment(tmp_path, CALLROOM_TELEPHONE_TRANSFER_NUMBERS="95588, 4002")
    assert load_config(from_environment).telephone.transfer_numbers == ("95588", "4002")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[web]\nhots = 1\n", "web.hots"),
        ('[web]\nport = "many"\n', "web.port"),
        ("[web]\nport = true\n", "web.port"),
        ("[demo]\nenabled = 1\n", "demo.enabled"),
        ('[demo]\nenabled = "maybe"\n', "demo.enabled"),
        ("[wab]\nport = 1\n", "wab"),
        ("web = 1\n", "web"),
        ("base_port = 80\n", "base_port"),
        ('[telephone]\ntime_zone = "Mars/Olympus"\n', "telephone.time_zone"),
        ('[mail]\nvoicemails_to = ["desk"]\n', "mail.voicemails_to"),
        ('[mail]\nvoicemails_language = "fr"\n', "mail.voicemails_language"),
        ("[telephone]\ntransfer_numbers = 4002\n", "telephone.transfer_numbers"),
        ("[telephone]\ntransfer_numbers = [4002]\n", "telephone.transfer_numbers"),
        ('[telephone]\ntransfer_numbers = ["4002&x"]\n', "telephone.transfer_numbers"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name(tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "callroom.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(environment(tmp_path))
    assert caught.value.key == key


@pytest.mark.parametrize("name", ["callroom.toml", "secrets.toml"])
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("= nonsense")
    with pytest.raises(ConfigError, match=name):
        load_config(environment(tmp_path))


@pytest.mark.parametrize("gone", ["sip_key", "supervisor"])
def test_a_secret_that_was_removed_is_not_replaced_in_silence(tmp_path: Path, gone: str) -> None:
    load_config(environment(tmp_path))
    path = tmp_path / "secrets.toml"
    path.write_text("".join(line for line in path.read_text().splitlines(True) if not line.startswith(gone)))
    with pytest.raises(ConfigError, match=gone):
        load_config(environment(tmp_path))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[web]\nport = 99999", "web.port"),
        ('[web]\npublic_origin = "calls.example.org"', "web.public_origin"),
        ('[database]\nurl = "mysql://x"', "database.url"),
        ('[database]\nurl = "postgresql://u@h:/x"', "database.url"),
        ('[database]\nurl = "postgresql://u@h:port/x"', "database.url"),
        ('[database]\nurl = "postgresql://u:a#b@h:5432/x"', "database.url"),
        ('[asterisk]\nnode = "a b"', "asterisk.node"),
        ("[asterisk]\nami_port = 65536", "asterisk.ami_port"),
        ("[asterisk]\nextension_count = 0", "asterisk.extension_count"),
        ("[asterisk]\nrtp_start = 30000", "asterisk.rtp_end"),
        ("[asterisk]\nrtp_end = 70000", "asterisk.rtp_end"),
        ('[recordings]\nfolder = "relative/x"', "recordings.folder"),
        ("[recordings]\nstop_below_free_ratio = 7", "recordings.stop_below_free_ratio"),
    ],
)
def test_a_value_that_cannot_work_is_refused_at_the_start(text: str, key: str, tmp_path: Path) -> None:
    (tmp_path / "callroom.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(environment(tmp_path))
    assert caught.value.key == key


@pytest.mark.parametrize("url", ["mysql://u:secret@h/x", "postgresql://u:secret/more@h:5432/x"])
def test_a_refused_database_is_named_without_its_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(environment(tmp_path, CALLROOM_DATABASE_URL=url))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["sqlite:////x/y.db", "postgresql://a@b/c", "postgresql+asyncpg://a:b%2F@c:5432/d"])
def test_databases_that_are_known(url: str, tmp_path: Path) -> None:
    assert load_config(environment(tmp_path, CALLROOM_DATABASE_URL=url)).database_url == url
