"""The form that customers fill in without a login: what its key opens, what it never tells, and how often."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from agent_ui.auth.asking import AskLimit
from agent_ui.callback_form.desk import open_callback_form
from agent_ui.callback_form.seal import form_key, write_key
from crm_core.audit import SYSTEM
from crm_core.queues import QueueDraft
from cti.domain.callback_values import CallbackRules
from ivr.entries import EntryBook
from tests.agent_ui.world import Person, World, running_world

NUMBER, SITE = "13700137000", "https://www.example.com"
API = "/callback-form/"


@dataclass
class Form:
    """A form of the queue Sales, and a customer before it."""

    world: World
    admin: Person
    customer: Person
    link: dict[str, Any]

    @property
    def path(self) -> str:
        return API + str(self.link["key"])

    async def ask(self, number: str = NUMBER, **more: Any) -> tuple[int, Any]:
        headers = more.pop("headers", {})
        return await self.customer.call("POST", self.path, {"number": number, **more}, headers=headers)

    async def refused(self, number: str, **more: Any) -> tuple[int, str]:
        status, answer = await self.ask(number, **more)
        return status, answer["error"]["code"]

    def promises(self) -> list[dict[str, Any]]:
        views = self.world.telephony.floor.snapshot()
        return [view for key, view in views.items() if key.startswith("callback:")]


@asynccontextmanager
async def a_form(home: Path, **link: Any) -> AsyncIterator[Form]:
    async with running_world(home, live=True, CALLROOM_WEB_TRUSTED_PROXIES="127.0.0.1") as world:
        await set_rules(world, CallbackRules(offered=True))
        admin = await world.person("admin")
        body = {"queue_id": 1, "name": "Sales of Example", **link}
        status, made = await admin.call("POST", "/callback-links", body)
        assert status == 201, made
        yield Form(world, admin, world.stranger(), made)


async def set_rules(world: World, rules: CallbackRules) -> None:
    row = await world.parts.memory.queues.get(1)
    await world.parts.memory.queues.save(1, row.version, QueueDraft("Sales", callbacks=rules), SYSTEM)
    await world.parts.roster_changed()


async def test_who_asks_stands_in_line_and_may_take_it_back(tmp_path: Path) -> None:
    async with a_form(tmp_path) as form:
        status, shown = await form.customer.call("GET", form.path, headers={"Accept-Language": "de, en;q=0.8"})
        expected = {"name": "Sales of Example", "language": "en", "is_open": True, "opens_at": None}
        assert (status, shown) == (200, expected)
        status, told = await form.ask(name="Li", wish="about offer 7", language="en")
        assert status == 201, told
        assert (told["opens_at"], told["place"], told["expected_wait_s"]) == (None, 1, None)
        (promise,) = form.promises()
        assert (promise["caller"], promise["wish"]) == ({"number": f"+86{NUMBER}", "name": "Li"}, "about offer 7")
        assert (promise["origin"], promise["queue_name"]) == ("web", "Sales")
        status, _ = await form.customer.call("DELETE", form.path, {"secret": told["secret"]})
        assert (status, form.promises()) == (204, [])
        status, answer = await form.customer.call("DELETE", form.path, {"secret": told["secret"]})
        assert (status, answer["error"]["code"]) == (409, "unknown_callback")


async def test_a_page_that_was_loaded_again_is_told_where_the_promise_stands(tmp_path: Path) -> None:
    async with a_form(tmp_path) as form:
        await form.ask("13700137001")
        _, told = await form.ask()
        _, other = await form.ask(headers={"X-Forwarded-For": "203.0.113.9"})
        path = f"{form.path}/standing"
        for secret in (told["secret"], other["secret"]):
            shown = await form.customer.call("POST", path, {"secret": secret})
            assert shown == (200, {"place": 2, "expected_wait_s": None})
        forged = told["secret"][:-1] + ("0" if told["secret"][-1] != "0" else "1")
        assert (await form.customer.call("POST", path, {"secret": forged}))[0] == 409
        await form.customer.call("DELETE", form.path, {"secret": told["secret"]})
        status, answer = await form.customer.call("POST", path, {"secret": told["secret"]})
        assert (status, answer["error"]["code"]) == (409, "unknown_callback")


async def test_it_is_on_disk_and_stands_after_a_restart(tmp_path: Path) -> None:
    async with a_form(tmp_path) as form:
        await form.ask(name="Li", wish="offer 7")
        connection = sqlite3.connect(tmp_path / "callroom.db")
        rows = connection.execute("SELECT number, origin, name, wish, from_call_id FROM callbacks").fetchall()
        connection.close()
        assert rows == [(f"+86{NUMBER}", "web", "Li", "offer 7", "")]


async def test_who_asks_again_has_the_same_one_and_a_stranger_cannot_take_it_back(tmp_path: Path) -> None:
    async with a_form(tmp_path) as form:
        first, again = (await form.ask())[1], (await form.ask(f"+86 {NUMBER}"))[1]
        assert first == again
        assert len(form.promises()) == 1
        elsewhere = {"X-Forwarded-For": "203.0.113.9"}
        status, other = await form.ask(headers=elsewhere)
        assert (status, other["place"], other["secret"] == first["secret"]) == (201, 1, False)
        status, _ = await form.customer.call("DELETE", form.path, {"secret": other["secret"]}, headers=elsewhere)
        assert (status, len(form.promises())) == (409, 1)


async def test_who_asks_again_after_a_restart_may_still_take_it_back(tmp_path: Path) -> None:
    async with a_form(tmp_path) as form:
        first, parts = (await form.ask())[1], form.world.parts
        # a desk that was not there when it was asked for
        parts.callback_form = open_callback_form(parts.config, parts.memory, parts.telephony, EntryBook(), parts.clock)
        _, other = await form.ask(headers={"X-Forwarded-For": "203.0.113.9"})
        _, again = await form.ask()
        assert (again["secret"], other["secret"] == again["secret"]) == (first["secret"], False)
        status, _ = await form.customer.call("DELETE", form.path, {"secret": again["secret"]})
        assert (status, form.promises()) == (204, [])


class Shut:
    """Closed until then."""

    def __init__(self, opens_at: datetime | None) -> None:
        self._opens_at = opens_at

    def queue_opens_at(self, queue_id: int) -> datetime | None:
        assert queue_id == 1
        return self._opens_at

    def queue_open_until(self, queue_id: int, since: datetime, open_s: float) -> datetime:
        """Closed an hour after the opening, until the next day."""
        assert (queue_id, since, open_s) == (1, self._opens_at, CallbackRules().expires_s)
        return since + timedelta(days=1)


async def test_out_of_hours_they_are_told_when_it_opens_and_stand_from_then_on(tmp_path: Path) -> None:
    async with a_form(tmp_path) as form:
        opens_at = (form.world.parts.clock.now() + timedelta(hours=5)).replace(microsecond=0)
        form.world.parts.callback_form._hours = Shut(opens_at)  # type: ignore[assignment]
        _, shown = await form.customer.call("GET", form.path)
        assert (shown["is_open"], datetime.fromisoformat(shown["opens_at"])) == (False, opens_at)
        status, told = await form.ask()
        assert (status, told["place"], datetime.fromisoformat(told["opens_at"])) == (201, None, opens_at)
        (promise,) = form.promises()
        assert (promise["state"], promise["why"]) == ("paused", "closed")
        assert datetime.fromisoformat(promise["due_at"]) == opens_at
        assert datetime.fromisoformat(promise["expires_at"]) == opens_at + timedelta(days=1)
        form.world.parts.callback_form._hours = Shut(None)  # type: ignore[assignment]
        assert await form.refused("13700137001") == (409, "closed")


async def test_numbers_that_are_not_called_are_refused_alike(tmp_path: Path) -> None:
    async with a_form(tmp_path) as form:
        form.world.parts.callback_form.limits.asks.most = 1000
        await form.admin.call("POST", "/do-not-call", {"number": "13600136000", "reason": "asked us"})
        usual = {"may_dial": True, "kinds": ["mobile", "fixed", "service", "short", "foreign"], "shown_as": ""}
        role = {**usual, "allowed": [], "blocked": ["135"], "withheld": False}
        roles = dict.fromkeys(("agent", "supervisor", "admin"), role)
        body = {**roles, "per_agent_hour": 0, "per_number_day": 0}
        assert (await form.admin.call("PUT", "/settings/dialing", body))[0] == 200
        answers = []
        charged = ("075516812345", "0755 9601 2345")
        for number in ("13600136000", "13500135000", "110", "112", "95588", "4008001234", "+447911123456", *charged):
            status, answer = await form.ask(number)
            assert status == 422, number
            answers.append(answer)
        assert {answer["error"]["code"] for answer in answers} == {"number_refused"}
        assert all(answer == answers[0] for answer in answers), "nobody learns which list a number is on"
        assert answers[0]["error"]["fields"][0]["path"] == "number"
        assert await form.refused("what?") == (422, "not_a_number")
        assert form.promises() == []


async def test_numbers_abroad_are_called_if_the_link_says_so(tmp_path: Path) -> None:
    async with a_form(tmp_path, abroad=True) as form:
        assert (await form.ask("+447911123456"))[0] == 201
        for number in ("110", "+19005551234", "+979123456789", "+881612345678", "075516812345"):
            assert await form.refused(number) == (422, "number_refused"), number


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\u2028b", "a\x1bb", "a\x00b", "a\x85b", "a\u202eb", "a\u2066b"])
async def test_a_text_is_one_line(text: str, tmp_path: Path) -> None:
    async with a_form(tmp_path) as form:
        for field in ("name", "wish"):
            status, answer = await form.ask(**{field: text})
            assert (status, answer["error"]["fields"][0]["path"]) == (422, field)
        assert (await form.refused(f"{NUMBER[:4]}{text}"))[0] == 422
        assert (await form.ask(wish="x" * 501))[0] == 422
        assert await form.refused(NUMBER, wish="x" * 4000) == (413, "too_large")
        assert form.promises() == []


async def test_a_link_opens_until_it_is_taken_back_and_again_after(tmp_path: Path) -> None:
    async with a_form(tmp_path) as form:
        link = f"/callback-links/{form.link['id']}"
        assert (await form.admin.call("DELETE", link))[0] == 204
        assert await form.refused(NUMBER) == (410, "link_revoked")
        assert (await form.customer.call("GET", form.path))[0] == 410
        _, page = await form.admin.call("GET", "/callback-links")
        assert [(row["key"], row["revoked_by_name"]) for row in page["items"]] == [(None, "Admin")]
        _, back = await form.admin.call("POST", f"{link}/restore")
        assert back["key"] == form.link["key"]
        assert (await form.ask())[0] == 201
        entries = (await form.admin.call("GET", "/audit?object_kind=callback_link"))[1]["items"]
        assert [entry["action"].partition(".")[2] for entry in entries] == ["restore", "revoke", "make"]


async def test_a_key_that_is_not_ours_opens_nothing(tmp_path: Path) -> None:
    async with a_form(tmp_path) as form:
        row = await form.world.parts.memory.callback_links.get(form.link["id"])
        own = form_key(form.world.parts.config.secrets.asterisk.sip_key)
        forged = [
            form.link["key"][:-1] + ("0" if form.link["key"][-1] != "0" else "1"),
            write_key(row.id, row.created_at, form_key("of another installation")),
            write_key(row.id + 1, row.created_at, own),
            # of this installation's key, but of a database that was there before
            write_key(row.id, row.created_at - timedelta(days=1), own),
            "1",
        ]
        for key in forged:
            status, answer = await form.customer.call("GET", API + key)
            assert (status, answer["error"]["code"]) == (404, "link_unknown")


async def test_a_queue_without_callbacks_promises_none(tmp_path: Path) -> None:
    async with a_form(tmp_path) as form:
        await set_rules(form.world, CallbackRules())
        assert await form.refused(NUMBER) == (409, "callbacks_off")
        _, answer = await form.customer.call("GET", form.path)
        assert answer["error"]["code"] == "callbacks_off"


async def test_other_sites_ask_only_where_the_link_names_them(tmp_path: Path) -> None:
    async with a_form(tmp_path, origins=[SITE]) as form, aiohttp.ClientSession() as session:
        address, body = f"{form.world.base}/api/v1{form.path}", {"number": NUMBER}
        async with session.options(address, headers={"Origin": SITE}) as answer:
            assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (204, SITE)
            assert "POST" in answer.headers["Access-Control-Allow-Methods"]
        for sent, expected in ((body, 201), ({}, 422)):
            async with session.post(address, json=sent, headers={"Origin": SITE}) as answer:
                assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (expected, SITE)
                assert "Access-Control-Allow-Credentials" not in answer.headers
                assert "Set-Cookie" not in answer.headers
                assert "Origin" in answer.headers["Vary"]
        for origin in ("https://evil.example", "null", f"{SITE}.evil.example", "http://www.example.com"):
            for method in ("POST", "OPTIONS", "DELETE"):
                async with session.request(method, address, json=body, headers={"Origin": origin}) as answer:
                    assert (answer.status, (await answer.json())["error"]["code"]) == (403, "foreign_origin")
                    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("origin", ["*", "null", "https://x/path", "javascript:x", "https://", "https://X.example"])
async def test_what_is_no_origin_is_not_taken_for_one(origin: str, tmp_path: Path) -> None:
    async with a_form(tmp_path) as form:
        status, answer = await form.admin.call(
            "POST", "/callback-links", {"queue_id": 1, "name": "x", "origins": [origin]}
        )
        assert (status, answer["error"]["fields"][0]["path"]) == (422, "origins.0")


async def test_an_address_a_number_and_a_link_ask_only_so_often(tmp_path: Path) -> None:
    async with a_form(tmp_path) as form:
        limits = form.world.parts.callback_form.limits

        async def ask(address: str, number: str = NUMBER) -> int:
            return (await form.ask(number, headers={"X-Forwarded-For": address}))[0]

        limits.asks = AskLimit(2, timedelta(hours=1))
        assert [await ask(f"2001:db8::{end}") for end in (1, 2, 3)] == [201, 201, 429], "one /64 is one asker"
        assert await ask("2001:db8:0:1::1") == 201
        limits.numbers = AskLimit(1, timedelta(hours=1))
        assert [await ask("203.0.113.1"), await ask("203.0.113.2", f"0086{NUMBER}")] == [201, 429]
        limits.links = AskLimit(1, timedelta(hours=1))
        assert [await ask("203.0.113.3", "13700137001"), await ask("203.0.113.4", "13700137002")] == [201, 429]
        limits.visits = AskLimit(1, timedelta(minutes=1))
        async with aiohttp.ClientSession() as session:
            address = f"{form.world.base}/api/v1{API}1"
            statuses = []
            for _ in range(2):
                async with session.get(address, headers={"X-Forwarded-For": "203.0.113.5"}) as answer:
                    statuses.append(answer.status)
            assert statuses == [404, 429], "who guesses keys is counted as well"
            assert int(answer.headers["Retry-After"]) > 0


async def test_the_key_opens_nothing_else_and_no_session_is_needed(tmp_path: Path) -> None:
    async with a_form(tmp_path) as form:
        headers = {"Authorization": f"Bearer {form.link['key']}", "Cookie": f"callroom={form.link['key']}"}
        for path in ("/session", "/callback-links", "/calls", "/queues", "/directory"):
            status, _ = await form.customer.call("GET", path, headers=headers)
            assert status == 401, path
        for who in ("agent", "supervisor"):
            person = await form.world.person(who)
            assert (await person.call("GET", "/callback-links"))[0] == 403
        assert (await form.customer.call("POST", "/callbacks/x/cancel"))[0] == 401
