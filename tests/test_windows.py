from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from senselens.windows import best_window, windows

SHAPES = st.integers(1, 40).flatmap(lambda size: st.tuples(st.integers(0, 200), st.just(size), st.integers(1, size)))


@pytest.mark.parametrize(
    ("length", "size", "stride", "expected"),
    [
        (0, 4, 2, []),
        (3, 4, 2, [(0, 3)]),
        (4, 4, 2, [(0, 4)]),
        (5, 4, 2, [(0, 4), (1, 5)]),
        (6, 4, 2, [(0, 4), (2, 6)]),
        (9, 4, 4, [(0, 4), (4, 8), (5, 9)]),
    ],
)
def test_windows(length: int, size: int, stride: int, expected: list[tuple[int, int]]) -> None:
    assert windows(length, size, stride) == expected


@settings(deadline=None)
@given(SHAPES)
def test_windows_cover_the_text_and_are_full(shape: tuple[int, int, int]) -> None:
    length, size, stride = shape
    found = windows(length, size, stride)
    assert sorted({i for start, end in found for i in range(start, end)}) == list(range(length))
    assert all(end - start == min(size, length) for start, end in found)
    steps = [b[0] - a[0] for a, b in pairwise(found)]
    assert all(step == stride for step in steps[:-1])
    assert all(0 < step <= stride for step in steps[-1:])


@pytest.mark.parametrize(("size", "stride"), [(4, 0), (4, 5), (0, 0), (4, -1)])
def test_windows_that_leave_gaps_or_never_move(size: int, stride: int) -> None:
    with pytest.raises(ValueError, match=f"a stride of {stride} .* size, {size}"):
        windows(9, size, stride)


def test_a_piece_is_read_where_it_has_the_most_context() -> None:
    #  0 1 2 3 4 5 6 7
    # [0 1 2 2 1 0]      context on the shorter side
    #     [0 1 2 2 1 0]
    assert best_window(8, [(0, 6), (2, 8)]).tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert best_window(7, [(0, 5), (2, 7)]).tolist() == [0, 0, 0, 0, 1, 1, 1], "of equals the earlier"
    assert best_window(0, []).tolist() == best_window(0, [(0, 0)]).tolist() == []


@settings(deadline=None)
@given(SHAPES)
def test_best_window_is_the_best_of_all(shape: tuple[int, int, int]) -> None:
    found = windows(*shape)
    best = best_window(shape[0], found)
    for i, chosen in enumerate(best):
        contexts = [min(i - start, end - 1 - i) for start, end in found]
        assert contexts[chosen] >= 0
        assert contexts.index(max(contexts)) == chosen


def test_best_window_wants_every_piece_covered() -> None:
    with pytest.raises(ValueError, match="no window covers piece 2 of 6"):
        best_window(6, [(0, 2), (3, 6)])
