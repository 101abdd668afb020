"""What the running Asterisk says of itself: the settings that keep strangers, transfers and plain media out."""

import re

import pytest

from tests.asterisk.pair import Pair

pytestmark = pytest.mark.asterisk


async def settings_of(pair: Pair, what: str) -> dict[str, str]:
    return dict(re.findall(r"^ (\w+)\s+: (.*?)\s*$", await pair.switch.command(f"pjsip show {what}"), re.M))


async def test_the_trunk_and_the_phones_are_closed(pair: Pair) -> None:
    trunk = await settings_of(pair, "endpoint pstn")
    assert {name: trunk[name] for name in ("identify_by", "allow_transfer", "direct_media", "context")} == {
        "identify_by": "ip",
        "allow_transfer": "false",
        "direct_media": "false",
        "context": "from-trunk",
    }
    phone = await settings_of(pair, "endpoint 1001")
    wanted = {
        "identify_by": "username",
        "allow_transfer": "false",
        "allow_subscribe": "false",
        "context": "from-agent",
        "media_encryption": "dtls",
        "dtls_verify": "Fingerprint",
        "dtls_auto_generate_cert": "Yes",
        "dtls_setup": "actpass",
        "ice_support": "true",
        "rtcp_mux": "true",
        "use_avpf": "true",
        "trust_id_outbound": "false",
    }
    assert {name: phone[name] for name in wanted} == wanted


async def test_an_agents_sip_telephone_proves_who_it_is_and_dials_nothing(pair: Pair) -> None:
    desk = await settings_of(pair, "endpoint desk-1001")
    wanted = {
        "auth": "desk-1001",
        "identify_by": "username",
        "context": "from-agent",
        "allow_transfer": "false",
        "allow_subscribe": "false",
        "trust_id_inbound": "false",
        "trust_id_outbound": "false",
    }
    assert {name: desk[name] for name in wanted} == wanted
    password = (await settings_of(pair, "auth desk-1001"))["password"]
    assert len(password) >= 20
    assert password != (await settings_of(pair, "auth 1001"))["password"]


async def test_nobody_is_anonymous_and_nobody_is_a_guest(pair: Pair) -> None:
    endpoints = re.findall(r"^ Endpoint:\s+(\S+)", await pair.switch.command("pjsip show endpoints"), re.M)
    names = {name.partition("/")[0] for name in endpoints} - {"<Endpoint"}
    desks = {f"desk-{extension}" for extension in pair.settings.extensions}
    assert names == {"pstn", *pair.settings.extensions, *desks}
    glob = await settings_of(pair, "settings")
    assert glob["endpoint_identifier_order"] == "username,ip"
    assert glob["user_agent"] == "Callroom"
    identifies = await pair.switch.command("pjsip show identifies")
    assert re.findall(r"Match:\s+([0-9./]+)", identifies) == [f"{pair.settings.carrier_host}/32"]


async def test_media_and_the_web_server(pair: Pair) -> None:
    rtp = await pair.switch.command("rtp show settings")
    assert re.search(r"Strict RTP:\s+Yes", rtp)
    assert re.search(r"ICE support:\s+Yes", rtp)
    http = await pair.switch.command("http show status")
    assert f"127.0.0.1:{pair.settings.ws_port}" in http
    pages = set(re.findall(r"^(/\S+) =>", http, re.M))
    assert pages <= {"/ws", "/httpstatus"} - {"/httpstatus"}, pages
