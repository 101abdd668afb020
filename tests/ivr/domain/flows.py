"""Flows that several tests start from."""

from typing import Any


def whole_flow() -> dict[str, Any]:
    """One node of every kind, all of them reachable."""
    return {
        "start": "open",
        "nodes": {
            "open": {
                "type": "hours",
                "time_zone": "Asia/Shanghai",
                "weekly": {"mon": ["09:00-12:00", "13:00-18:00"]},
                "holidays": ["2026-10-01/2026-10-07"],
                "special": {"2026-10-10": ["09:00-18:00"]},
                "open": "who",
                "closed": "message",
                "holiday": "bye",
            },
            "who": {"type": "lookup", "found": "hello", "vip": "vip_line", "unknown": "hello", "vip_priority": 20},
            "hello": {"type": "say", "prompt": "welcome", "next": "menu"},
            "menu": {
                "type": "menu",
                "prompt": "main_menu",
                "timeout_s": 5,
                "retries": 2,
                "options": {"1": "sales", "2": "message", "3": "number", "4": "outside", "9": "english", "#": "menu"},
                "on_timeout": "sales",
                "on_invalid": "bye",
            },
            "english": {"type": "language", "language": "en", "next": "hello"},
            "number": {
                "type": "collect",
                "prompt": "enter_number",
                "variable": "phone",
                "min_digits": 3,
                "max_digits": 11,
                "next": "who_again",
                "on_timeout": "menu",
            },
            "who_again": {"type": "lookup", "variable": "phone", "found": "sales", "unknown": "menu"},
            "outside": {"type": "transfer", "number": "+861012345678", "on_failed": "menu"},
            "sales": {"type": "queue", "queue": 1},
            "vip_line": {"type": "queue", "queue": 1, "priority": 5},
            "message": {"type": "voicemail"},
            "bye": {"type": "hang_up", "prompt": "closed"},
        },
    }
