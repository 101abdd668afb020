"""Open pages and their sessions."""

from typing import Any

from agent_ui.push.presence import check_sessions


class Hub:
    def sessions(self) -> set[tuple[str, int | None]]:
        return {("good", 1), ("idle", 2), ("talking", 3), ("boss", None)}


class Sessions:
    def __init__(self) -> None:
        self.ended: list[str] = []

    async def close(self, key: str) -> None:
        self.ended.append(key)

    async def keep(self, key: str) -> object:
        return object() if key == "good" else None


class Floor:
    def view(self, key: str) -> dict[str, Any] | None:
        return {"agent:2": {"state": "ready"}, "agent:3": {"state": "talking"}}.get(key)


async def test_a_session_that_is_over_ends_its_sockets_but_no_call() -> None:
    sessions = Sessions()
    await check_sessions(Hub(), sessions, Floor())  # type: ignore[arg-type]
    assert sorted(sessions.ended) == ["boss", "idle"]
