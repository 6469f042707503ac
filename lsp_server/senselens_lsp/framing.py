"""The base protocol: what comes in as a stream of bytes, cut into messages."""

from __future__ import annotations

from collections.abc import Iterator

LARGEST = 2**29  # bytes of a message
LONGEST_HEADER = 2**12
END = b"\r\n\r\n"


class BadMessage(Exception):  # the other side is at fault
    """What came in is not the base protocol: no language client speaks there."""


class Framing:
    """Cuts a stream into messages: ``Content-Length: 12``, an empty line, 12 bytes.

    Any other header than the protocol's two is refused, so that no web page can post to a server on a socket.
    """

    def __init__(self) -> None:
        self._data = bytearray()
        self._length: int | None = None  # of the message that is coming in

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The messages that *data* completes. Raises `BadMessage`."""
        self._data += data
        while True:
            if self._length is None:
                self._length = self._header()
            if self._length is None or len(self._data) < self._length:
                return
            message = bytes(self._data[: self._length])
            del self._data[: self._length]
            self._length = None
            yield message

    def _header(self) -> int | None:
        """The length that the header says, which is taken away; None where it has not come in whole."""
        end = self._data.find(END, 0, LONGEST_HEADER)
        *lines, partial = bytes(self._data[: LONGEST_HEADER if end < 0 else end]).split(b"\r\n")
        found = dict(map(_field, lines if end < 0 else [*lines, partial]))
        if end < 0:
            if len(self._data) >= LONGEST_HEADER:
                raise BadMessage("a header without end came in")
            return None
        length = found.get(b"content-length", b"")
        if not length.isdigit() or int(length) > LARGEST:
            raise BadMessage(f"a message came in that is to be {length[:40]!r} bytes long")
        del self._data[: end + len(END)]
        return int(length)


def _field(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    if name.lower() not in (b"content-length", b"content-type"):
        raise BadMessage(f"{line[:40]!r} came in, which is no header of a language client")
    return name.lower(), value.strip()
