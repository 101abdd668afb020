"""What is known of a line by its sound: recordings, tones, and who answered, on a corpus that is made anew by seed."""

import asyncio
import shutil
import tempfile
from pathlib import Path

from tests.asterisk.pair import cached_prefix
from tests.bench.line_answers import answers_table
from tests.bench.line_recordings import recordings_table
from tests.bench.line_tones import tones_table
from tests.bench.line_voices import Studio
from tests.bench.section import How, Section

HEAD = """## Listening to a line: announcements, tones, who answered

The streaming path of production (`dialer/listening`), fed 20 ms at a time: `LineListener` for recordings and answers, its tone
detector for tones. Everything is made by seed: speech of espeak-ng (Mandarin, Cantonese, English) and of flite, Asterisk's own
recordings of one person, generated tones; each goes over a line of its own: 250-3500 Hz, white, pink or babble noise, -20 to +6 dB,
clocks 0.1 % apart, A-law, µ-law, GSM, Opus at 12 kbit/s or Speex (the last three through G.711 again), half of them losing up to 5 % of
their packets in bursts. No carrier's recording and no real answered call is in it: it compares and guards, it promises nothing for the
field. `flite`: {flite}.
"""


async def measure(how: How) -> str:
    """Make the corpus, listen to all of it, count."""
    prefix = cached_prefix()
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(Path(folder), prefix)
        parts = [HEAD.format(flite="its voices are in it" if studio.flite else "not on this machine, left out")]
        for table in (recordings_table, tones_table, answers_table):
            parts.append(await asyncio.to_thread(table, studio, how))
    return "\n".join(parts)


if shutil.which("ffmpeg") is None:
    raise RuntimeError("the codecs need ffmpeg")

SECTION = Section("listening", 8, measure)
