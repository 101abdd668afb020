"""A house whose every text tries to be markup: stored by the API, field by field, as any of its users could."""

from pathlib import Path
from typing import Any

from dialer.listening.shelf import Shelf
from dialer.listening.wav import wav_of, write_whole
from tests.bench.seat import Seat
from tests.browser.sentry import PAYLOADS, batches
from tests.dialer.listening.sounds import speech

ENTRY = "4802"
HOSTILE_FILE = "'><img src=x onerror=pwned()>.csv"
LABEL_CHARACTERS, TAG_CHARACTERS, POINTS = 60, 40, 25


async def stain(admin: Seat) -> dict[str, Any]:
    """Put the whole corpus into every field; return what pages of one thing need: ids of each, of one batch."""
    texts = batches()
    made = [await _things(admin, place, text) for place, text in enumerate(texts)]
    short = [payload for payload in PAYLOADS if len(payload) <= LABEL_CHARACTERS]
    points = {
        "tags": [payload for payload in PAYLOADS if len(payload) <= TAG_CHARACTERS],
        "phones": [{"number": f"13700{place:06d}", "label": text} for place, text in enumerate(short[:POINTS])],
        "emails": [{"address": f"a{place}@example.test", "label": text} for place, text in enumerate(short[-POINTS:])],
        "contacts": [{"name": text, "title": text} for text in texts],
    }
    whole = "\n".join(PAYLOADS)
    customer = await admin.ask("POST", "/customers", {"name": texts[0], "company": texts[1], "notes": whole, **points})
    await admin.ask("POST", f"/customers/{customer['id']}/notes", {"text": whole})
    for text in texts:
        await admin.ask("POST", f"/customers/{customer['id']}/open-items", {"title": text})
        await admin.ask("POST", "/tasks", {"title": text, "note": whole, "queue_id": made[0]["queue"]})
        await admin.ask("POST", "/tasks", {"title": text, "note": whole, "due_at": "2026-01-01T00:00:00Z"})
    await admin.ask("POST", "/do-not-call", {"customer_id": customer["id"], "reason": texts[0][:200]})
    await admin.ask("PUT", f"/customers/{customer['id']}/hold", {"reason": whole[:1000]})
    return {**made[0], "customer": customer["id"]}


def stain_library(lines: Path) -> None:
    """Recordings of carriers about whom every text was made up by somebody."""
    shelf, sound = Shelf(lines), lines / "stain.wav"
    for place, text in enumerate(batches()):
        write_whole(sound, wav_of(speech(place, 2.0)))
        said = {"carrier": text[:100], "transcript": text[:500], "language": text[:100], "reviewed_by": text[:100]}
        shelf.add(f"stain-{place}", "empty", sound, **said)  # type: ignore[typeddict-item]


async def _things(admin: Seat, place: int, text: str) -> dict[str, Any]:
    """One of each kind that has a name."""
    queue = await admin.ask("POST", "/queues", {"name": text, "record": True, "wrap_up_s": 0, "max_wait_s": 600})
    line: dict[str, Any] = {"start": "line", "nodes": {"line": {"type": "queue", "queue": queue["id"]}}}
    flow = await admin.ask("POST", "/flows", {"name": text, "body": line})
    number = str(int(ENTRY) + place)
    await admin.ask("POST", "/entry-numbers", {"number": number, "label": text, "flow_id": flow["id"]})
    await admin.ask("POST", "/callback-links", {"queue_id": queue["id"], "name": text[:80]})
    hours = await admin.ask("POST", "/calendars", {"name": text, "body": {"weekly": {}}})
    await admin.ask("POST", f"/calendars/{hours['id']}/switch", {"to": "open", "note": text})
    await admin.ask("POST", "/do-not-call", {"number": f"1370013{place:04d}", "reason": text[:200]})
    labels = {"code": f"stain_{place}", "label_zh": text, "label_en": text}
    await admin.ask("POST", "/dispositions", labels)
    await admin.ask("POST", "/pause-reasons", labels)
    await admin.ask("POST", "/tags", {**labels, "color": "red"})
    user = {"login": f"stain{place}", "name": text, "role": "agent", "language": "en", "queue_ids": [queue["id"]]}
    await admin.ask("POST", "/users", user)
    await admin.ask("POST", f"/prompts/stain_{place}/en/speak", {"text": text})
    await admin.ask("POST", "/customers", {"name": text, "company": text})
    # A script's own text with a place that nothing fills is refused when it is saved.
    said = text.replace("{{", "{ {")
    step = {"title": text[:100], "text": said, "choices": [{"label": text[:100], "to": "end"}]}
    script = {"start": "end", "steps": {"end": step}}
    await admin.ask("POST", "/scripts", {"name": text, "queue_ids": [queue["id"]], "body": script})
    await admin.ask("POST", "/articles", {"title": text, "body": text, "tags": [text[:40]]})
    settings = {"name": text, "mode": "preview", "queue_id": queue["id"], "policies": ["cn"]}
    campaign = await admin.ask("POST", "/campaigns", settings)
    await admin.ask("POST", f"/campaigns/{campaign['id']}/lists", {"name": text})
    return {"queue": queue["id"], "flow": flow["id"], "campaign": campaign["id"]}


def sheet() -> bytes:
    """Customers whose columns and cells are markup; half of the rows have no number, so that the result names them."""
    cells = [payload.replace('"', '""') for payload in PAYLOADS]
    head = ",".join(f'"{cell}"' for cell in ["name", *cells[:8]])
    rows = [f'"{cell}",' + ",".join(f'"{each}"' for each in cells[:8]) for cell in cells]
    return "\n".join([head, *rows]).encode()
