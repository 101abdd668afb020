"""Who calls decides what is on the screen before the call is answered."""

import pytest
from playwright.async_api import expect

from tests.bench.seat import seat

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
SHARED_NUMBER = "+8613900139000"
UNKNOWN_NUMBER = "+8613712345678"
KNOWN_NUMBER = "+8613800138000"
HOSTILE_NAME = "'><img src=x onerror=alert(1)>"


async def test_an_unknown_caller_becomes_a_customer_while_it_rings(installation, agent):
    caller = await installation.call_in(UNKNOWN_NUMBER, name=HOSTILE_NAME)
    await agent.rings()
    pop = agent.by("pop")
    await expect(pop).to_have_attribute("data-pop", "unknown")
    await expect(agent.by("ringing-card")).to_contain_text(HOSTILE_NAME)
    await expect(pop.locator("img[src=x]")).to_have_count(0)

    await agent.answer()
    await agent.by("new-name").fill("赵六")
    await agent.by("new-submit").click()
    await expect(agent.by("pop-name")).to_have_text("赵六")
    await installation.caller_hangs_up(caller)
    await agent.is_in_state("wrap_up")
    await agent.classify()

    call = await agent.last_call()
    assert call["end_reason"] == "caller_hung_up"
    assert call["customer"]["name"] == "赵六"


async def test_two_matches_show_a_chooser_and_the_choice_sticks_to_the_call(installation, agent):
    caller = await installation.call_in(SHARED_NUMBER)
    await agent.rings()
    await expect(agent.by("pop-match")).to_have_count(2)
    await agent.answer()
    chosen = agent.by("pop-match").filter(has_text="王丽华")
    await chosen.get_by_role("button").click()
    await expect(agent.by("pop-name")).to_have_text("王丽华")
    await installation.caller_hangs_up(caller)
    await agent.is_in_state("wrap_up")
    await agent.classify()

    assert (await agent.last_call())["customer"]["name"] == "王丽华"


async def test_a_withheld_number_says_so(installation, agent):
    caller = await installation.call_in(None)
    await agent.rings()
    await expect(agent.by("pop")).to_have_attribute("data-pop", "withheld")
    await agent.by("decline").click()
    await agent.is_in_state("not_ready")
    await installation.caller_hangs_up(caller)


SCRIPT = {
    "start": "hello",
    "steps": {
        "hello": {"title": "Greeting", "text": "您好，{{customer.name}}!", "choices": [{"label": "yes", "to": "end"}]},
        "end": {"title": "Goodbye", "text": "Thank you", "choices": []},
    },
}


async def test_a_caller_who_gives_up_is_called_back(installation, agent, supervisor):
    """The ringing stops, the log says so; the missed call is a task that reminds, and is done when they are reached."""
    async with seat(installation, "admin") as admin:
        for queue in (await admin.ask("GET", "/queues"))["items"]:
            await admin.ask("PATCH", f"/queues/{queue['id']}", {"version": queue["version"], "missed_due_s": 0})
        await admin.ask("POST", "/scripts", {"name": "All", "body": SCRIPT})
    caller = await installation.call_in(KNOWN_NUMBER)
    await agent.rings()
    await installation.caller_hangs_up(caller)
    await expect(agent.by("ringing-card")).to_have_count(0)
    await agent.is_in_state("ready")
    missed = await supervisor.last_call()
    assert missed["end_reason"] == "abandoned_ringing"

    reminder = agent.by("task-reminder")
    await expect(reminder).to_contain_text(missed["customer"]["name"])
    await expect(agent.by("tasks-badge")).to_be_visible()
    await reminder.get_by_test_id("dial").click()
    await agent.is_in_state("talking")
    await expect(agent.by("script-text")).to_have_text(f"您好，{missed['customer']['name']}!")
    await agent.by("choice-end").click()
    await expect(agent.by("script-title")).to_have_text("Goodbye")
    await agent.by("note").fill("called back")
    await expect(reminder).to_have_count(0)
    await agent.end_call()
    await agent.is_in_state("wrap_up")
    await agent.classify()

    call = await agent.last_call()
    assert (call["direction"], call["note"]) == ("outbound", "called back")
    whole = await agent.api(f"/calls/{call['id']}")
    assert [step["title"] for step in whole["script"]["path"]] == ["Greeting", "Goodbye"]
    done = (await agent.api("/tasks?state=done&scope=team"))["items"]  # others may have left some as well
    (task,) = [one for one in done if one["call_id"] == missed["id"]]
    assert (task["kind"], task["outcome"]) == ("missed", "reached")
