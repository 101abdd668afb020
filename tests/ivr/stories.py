"""Flows and orders that the stories of several test modules begin with."""

from typing import Any

from cti.domain.commands import Join, SayGoodbye

LEG = "n1-leg-7"
JOIN = Join("c1", LEG, 7, "rec-1")
GOODBYE = SayGoodbye("c1")
QUEUE: dict[str, Any] = {"start": "q", "nodes": {"q": {"type": "queue", "queue": 1, "priority": 3}}}
MENU: dict[str, Any] = {
    "start": "hello",
    "nodes": {
        "hello": {"type": "say", "prompt": "welcome", "next": "menu"},
        "menu": {
            "type": "menu",
            "prompt": "main_menu",
            "timeout_s": 5,
            "retries": 1,
            "options": {"1": "sales", "2": "message", "3": "number", "4": "out", "9": "english"},
            "on_timeout": "sales",
            "on_invalid": "bye",
        },
        "english": {"type": "language", "language": "en", "next": "menu"},
        "number": {
            "type": "collect",
            "prompt": "enter_number",
            "variable": "phone",
            "max_digits": 11,
            "next": "who",
            "on_timeout": "bye",
        },
        "who": {"type": "lookup", "variable": "phone", "found": "sales", "vip": "sales", "unknown": "bye"},
        "out": {"type": "transfer", "number": "10086", "on_failed": "bye"},
        "sales": {"type": "queue", "queue": 1},
        "message": {"type": "voicemail"},
        "bye": {"type": "hang_up", "prompt": "goodbye"},
    },
}
