"""Messages in a stream, however it is cut; what is no such stream is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senselens_lsp.framing import LONGEST_HEADER, BadMessage, Framing


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


@given(st.lists(st.binary(max_size=40)), st.lists(st.integers(0, 400)))
def test_messages_come_out_as_they_went_in(bodies: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(map(framed, bodies))
    ends = sorted({min(cut, len(stream)) for cut in cuts} | {len(stream)})
    framing = Framing()
    found = [m for start, end in zip([0, *ends], ends, strict=False) for m in framing.feed(stream[start:end])]
    assert found == bodies


def test_headers_in_any_case_and_order() -> None:
    stream = b"content-type: application/vscode-jsonrpc; charset=utf-8\r\nCONTENT-LENGTH:2\r\n\r\n{}"
    assert list(Framing().feed(stream)) == [b"{}"]


@pytest.mark.parametrize(
    ("stream", "reason"),
    [
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}", "no header"),  # a web page
        (b"Content-Length: 2\r\nOrigin: http://evil.example\r\n\r\n{}", "no header"),
        (b"\x00\xff\x00\xff\r\n", "no header"),
        (b"Content-Length: two\r\n\r\n", "'two'"),
        (b"Content-Length: -2\r\n\r\n", "'-2'"),
        (b"Content-Length: 99999999999\r\n\r\n", "99999999999"),
        (b"Content-Type: x\r\n\r\n", "''"),
        (b"\r\n\r\n", "no header"),
        (b"x" * LONGEST_HEADER, "without end"),
    ],
)
def test_what_is_no_language_client_is_refused(stream: bytes, reason: str) -> None:
    with pytest.raises(BadMessage, match=reason):
        list(Framing().feed(stream))


def test_it_is_refused_as_soon_as_it_is_known() -> None:
    with pytest.raises(BadMessage):
        list(Framing().feed(b"GET / HTTP/1.1\r\n"))
