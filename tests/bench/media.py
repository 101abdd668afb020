"""A process that sends G.711 for many telephones at once: 20 ms packets, each from the port its SDP names.

It is told line by line on standard input: `talk PORT HOST TO_PORT` (PORT is one of its own), `stop PORT`, `report`.
Of the first LISTENED ports it reads what comes and answers `report` with JSON: packets heard, and how many of the
sequence were missing. The others' packets are left to the kernel: reading them all would take the processor from what
is measured.
"""

import contextlib
import json
import os
import socket
import struct
import sys
import threading
import time

LISTENED = 8
PACKET_S = 0.020
SLOTS = 4
# 20 ms of a 400 Hz square wave in A-law: loud enough to be seen on a recording.
SOUND = (bytes([0x35]) * 10 + bytes([0xB5]) * 10) * 8
_HEADER = struct.Struct("!BBHII")


class Stream:
    """One direction of one call."""

    def __init__(self, number: int, sock: socket.socket) -> None:
        self.number = number
        self.sock = sock
        self.to: tuple[str, int] | None = None
        self.seq = 0
        self.heard = 0
        self.missing = 0
        self.last: int | None = None

    def send(self) -> None:
        if self.to is None:
            return
        self.seq = (self.seq + 1) & 0xFFFF
        header = _HEADER.pack(0x80, 8, self.seq, (self.seq * 160) & 0xFFFFFFFF, 0xCA000000 + self.number)
        # The other end may be gone: its port then says so (ECONNREFUSED), about the packet before.
        with contextlib.suppress(OSError):
            self.sock.sendto(header + SOUND, self.to)

    def hear(self) -> None:
        while True:
            try:
                packet = self.sock.recv(2048)
            except OSError:
                return
            if len(packet) < 12:
                continue
            seq = (packet[2] << 8) | packet[3]
            if self.last is not None:
                self.missing += max(0, min(100, ((seq - self.last) & 0xFFFF) - 1))
            self.last = seq
            self.heard += 1


class Pump:
    """All streams; each has its place in the 20 ms."""

    def __init__(self, host: str, first: int, count: int) -> None:
        self._slots: list[list[Stream]] = [[] for _ in range(SLOTS)]
        self._by_port: dict[int, Stream] = {}
        for number in range(count):
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.setblocking(False)
            if number >= LISTENED:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            sock.bind((host, first + 2 * number))
            stream = self._by_port[first + 2 * number] = Stream(number, sock)
            self._slots[number % SLOTS].append(stream)
        self._listened = list(self._by_port.values())[:LISTENED]
        self.late_s = 0.0

    def run(self) -> None:
        """Send for ever."""
        due, turn = time.monotonic(), 0
        while True:
            for stream in self._slots[turn % SLOTS]:
                stream.send()
            for stream in self._listened:
                stream.hear()
            turn += 1
            due += PACKET_S / SLOTS
            wait_s = due - time.monotonic()
            if wait_s > 0:
                time.sleep(wait_s)
            elif wait_s < -1:
                self.late_s -= wait_s
                due = time.monotonic()

    def told(self, line: str) -> None:
        """Do what a line says."""
        match line.split():
            case ["talk", port, host, to]:
                stream = self._by_port[int(port)]
                stream.last = None
                stream.to = (host, int(to))
            case ["stop", port]:
                self._by_port[int(port)].to = None
            case ["report"]:
                heard = sum(stream.heard for stream in self._listened)
                missing = sum(stream.missing for stream in self._listened)
                said = {"heard": heard, "missing": missing, "late_s": self.late_s, "cpu_s": time.process_time()}
                sys.stdout.write(json.dumps(said) + "\n")
                sys.stdout.flush()


def main() -> None:
    pump = Pump(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    threading.Thread(target=pump.run, daemon=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        pump.told(line)
    os._exit(0)


if __name__ == "__main__":
    main()
