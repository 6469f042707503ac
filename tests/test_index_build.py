"""What a build leaves behind: brought up to date, killed at any moment, two at once, a full disk."""

from __future__ import annotations

import math
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from threading import Barrier
from typing import Any

import lance
import pyarrow
import pytest
from quick_model import QuickModel

import senselens as sl
from senselens.index import build, parts, writer
from senselens.index.arrange import lemma_ranges
from senselens.index.settings import Settings

KILLS = 20
CORPUS = 40  # files of about 100 words
CHILD = """
import sys
from pathlib import Path
from quick_model import QuickModel
import senselens as sl
from senselens.index import build, parts, writer

parts.PART, build.BATCH, build.CLEAN, writer.LOOSE, writer.ARRANGED = 300, 600, 5, 2, 200
print("ready", flush=True)
if limit := int(sys.argv[3]):
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    sl.Index.build(Path(sys.argv[1]), QuickModel(), sys.argv[2], words="all")
except sl.IndexUnavailable as error:
    sys.exit(str(error))
"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    chance = random.Random(0)
    names = [f"word{chance.choice('abcdefgh')}{i}" for i in range(200)]
    for number in range(CORPUS):
        sentences = [" ".join(chance.choices(names, k=10)).capitalize() + "." for _ in range(10)]
        (folder / f"{number:02}.txt").write_text("\n\n".join(sentences))
    return folder


def child(corpus: Path, place: Path, limit: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHILD, str(corpus), str(place), str(limit)]
    path = {"PYTHONPATH": ":".join([str(Path(__file__).parent), *sys.path])}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env={**os.environ, **path}, **pipes)  # type: ignore[call-overload, no-any-return]


def rows(place: Path) -> list[str]:
    """All that an index holds, in an order of its own."""
    return sorted(map(str, lance.dataset(str(place)).to_table().to_pylist()))


@pytest.fixture(scope="module")
def uninterrupted(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], float]:
    """The rows of the index built in one go, and the seconds that took once all was imported."""
    place = tmp_path_factory.mktemp("whole") / "index.lance"
    with child(corpus, place) as process:
        assert process.stdout
        process.stdout.readline()
        began = time.monotonic()
        assert process.wait(300) == 0, process.stderr and process.stderr.read()
    return rows(place), time.monotonic() - began


def test_a_build_killed_at_any_moment_is_finished_by_the_next(
    corpus: Path, uninterrupted: tuple[list[str], float], tmp_path: Path
) -> None:
    expected, seconds = uninterrupted
    chance = random.Random(0)
    place, killed = tmp_path / "index.lance", 0
    for _ in range(KILLS):
        with child(corpus, place) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(chance.uniform(0, seconds / 3))
            process.kill()
            killed += process.wait(60) == -signal.SIGKILL
        if (place / "_versions").exists():
            found = rows(place)
            assert len(found) == len(set(found))  # nothing doubled
            assert set(found) <= set(expected)  # nothing that does not belong
    assert killed  # on a busy machine the first of them may find everything done
    with child(corpus, place) as process:
        assert process.wait(300) == 0
    assert rows(place) == expected


def test_a_full_disk_stops_a_build_and_spoils_nothing(
    corpus: Path, uninterrupted: tuple[list[str], float], tmp_path: Path
) -> None:
    place = tmp_path / "index.lance"
    with child(corpus, place, limit=12_000) as process:
        _, told = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "cannot be read or written" in told
    assert set(rows(place)) <= set(uninterrupted[0])
    with child(corpus, place) as process:
        assert process.wait(300) == 0
    assert rows(place) == uninterrupted[0]


def test_an_object_store_has_no_lock(tmp_path: Path) -> None:
    """Lance reads and writes this address as it does an object store's, and to us it is one."""
    place = f"file-object-store://{tmp_path}/i"
    with writer.alone(place):
        index = built(["A bank."], place)
    assert len(index.uses("bank")) == len(sl.Index.open(place).uses("bank")) == 1
    assert index.info().bytes == 0
    assert not (tmp_path / "i" / writer.LOCK).exists()


def test_the_second_of_two_builders_refuses(corpus: Path, tmp_path: Path) -> None:
    place = tmp_path / "index.lance"
    with writer.alone(str(place)), child(corpus, place) as process:
        _, told = process.communicate(timeout=300)
    assert process.returncode == 1
    assert f"{place} is being built by another process; wait until that is done" in told
    with child(corpus, place) as process:
        assert process.wait(300) == 0


def built(source: Any, place: Path | str, **options: Any) -> sl.Index:
    return sl.Index.build(source, QuickModel(), place, words="all", **options)


def counts(index: sl.Index) -> dict[str, int]:
    assert index.report
    report = index.report.to_dict()
    return {name: report[name] for name in ("added", "changed", "unchanged", "removed") if report[name]}


def documents(index: sl.Index) -> set[str]:
    return {Path(u.document).name for u in index.uses("bank", k=1000)}


def test_only_what_is_new_or_changed_is_read_again(tmp_path: Path) -> None:
    folder, place = tmp_path / "texts", tmp_path / "index.lance"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.txt").write_text(f"Text {name} has a bank.")
    assert counts(built(folder, place)) == {"added": 3}
    version = sl.Index.open(place).info().version
    assert counts(built(folder, place)) == {"unchanged": 3}
    assert sl.Index.open(place).info().version == version
    (folder / "b.txt").write_text("No more.")
    (folder / "d.txt").write_text("A new bank.")
    index = built(folder, place)
    assert counts(index) == {"added": 1, "changed": 1, "unchanged": 2}
    assert documents(index) == {"a.txt", "c.txt", "d.txt"}


def test_what_is_gone_stays_until_it_is_pruned(tmp_path: Path) -> None:
    folder, place = tmp_path / "texts", tmp_path / "index.lance"
    folder.mkdir()
    for name in "ab":
        (folder / f"{name}.txt").write_text(f"Text {name} has a bank.")
    built(folder, place)
    (folder / "a.txt").unlink()
    assert documents(built(folder, place)) == {"a.txt", "b.txt"}
    index = built(folder, place, prune=True)
    assert (counts(index), documents(index)) == ({"unchanged": 1, "removed": 1}, {"b.txt"})
    assert documents(built(["A bank."], place)) == {"b.txt", "texts:1"}


def test_a_file_that_became_unreadable_stays_as_it_was(tmp_path: Path) -> None:
    file, place = tmp_path / "a.txt", tmp_path / "index.lance"
    file.write_text("A bank.")
    built(file, place)
    file.write_bytes(b"caf\xe9")
    index = built(file, place, prune=True)
    assert (counts(index), documents(index)) == ({}, {"a.txt"})


def test_a_text_that_grows_or_shrinks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART", 100)
    file, place = tmp_path / "log.txt", tmp_path / "index.lance"
    lines = [f"Line {i} tells of a bank.\n" for i in range(40)]
    file.write_text("".join(lines[:20]))
    first = counts(built(file, place))["added"]
    file.write_text("".join(lines))
    index = built(file, place)
    assert counts(index)["unchanged"] >= first - 1
    assert len(index.uses("bank", k=100)) == 40
    assert {u.place.of("".join(lines)) for u in index.uses("bank", k=100)} == {"bank"}
    file.write_text("".join(lines[:10]))
    index = built(file, place)
    assert counts(index)["removed"] > 1
    assert len(index.uses("bank", k=100)) == 10
    assert index.info().documents == 1


def test_progress_and_a_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "BATCH", 1)
    monkeypatch.setattr(parts, "PART", 1)
    texts = ["A bank.", "Two banks.", "Three."]
    steps: list[tuple[int, int]] = []
    built({str(i): text for i, text in enumerate(texts)}, tmp_path / "a", step=lambda *step: steps.append(step))
    total = sum(map(len, texts))
    assert steps == [(len("".join(texts[: i + 1])), total) for i in range(3)]

    def stop(done: int, _: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        built(texts, tmp_path / "b", step=stop)
    assert counts(built(texts, tmp_path / "b")) == {"added": 2, "unchanged": 1}


def test_commits_become_rarer_as_an_index_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each names all fragments there are: so many as there are batches would cost the square of the corpus."""
    for module, name, value in ((parts, "PART", 1), (build, "BATCH", 1), (build, "PATIENCE", 4)):
        monkeypatch.setattr(module, name, value)
    commit, sizes = writer.Writer.commit, []

    def counted(self: writer.Writer, fragments: Sequence[str], replaced: Sequence[int] = ()) -> None:
        sizes.append(len(fragments))
        commit(self, fragments, replaced)

    monkeypatch.setattr(writer.Writer, "commit", counted)
    texts = [f"Text {i} has a bank." for i in range(64)]
    index = built(texts, tmp_path / "i")
    assert sum(sizes) == 64
    assert len(sizes) < 4 * (2 + math.log(64 / 4))
    assert len(index.uses("bank", k=100)) == 64
    assert counts(built(texts, tmp_path / "i")) == {"unchanged": 64}


def test_batches_are_worked_on_together_and_come_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "BATCH", 1)
    monkeypatch.setattr(parts, "PART", 1)
    both = Barrier(build.HANDS, timeout=60)

    class Waiting(QuickModel):
        def encode_all(self, texts: Sequence[str]) -> list[sl.Encoding]:
            both.wait()
            return super().encode_all(texts)

    texts = [f"{'bank ' * i}." for i in range(1, 2 * build.HANDS + 1)]
    steps: list[int] = []
    sl.Index.build(texts, Waiting(), tmp_path / "i", words="all", step=lambda done, _: steps.append(done))
    assert steps == [sum(map(len, texts[: i + 1])) for i in range(len(texts))]


def test_an_index_of_something_else(tmp_path: Path) -> None:
    built(["A bank."], tmp_path / "i")
    with pytest.raises(sl.IndexUnavailable, match=r"words='all'.*words='content'.* build in another place"):
        sl.Index.build(["A bank."], QuickModel(), tmp_path / "i")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").touch()
    with pytest.raises(sl.IndexUnavailable, match="holds other files"):
        built(["A bank."], tmp_path / "other")
    with pytest.raises(sl.IndexUnavailable, match=r"there is no index at .*nowhere; build one"):
        sl.Index.open(tmp_path / "nowhere")
    lance.write_dataset(pyarrow.table({"a": [1]}), tmp_path / "lance")
    with pytest.raises(sl.IndexUnavailable, match="is a Lance dataset but no index of senselens"):
        sl.Index.open(tmp_path / "lance")
    rows = lance.dataset(tmp_path / "i")
    rows.update_schema_metadata({"senselens": '{"format": 0}'})
    with pytest.raises(sl.IndexUnavailable, match="built by another version of senselens"):
        sl.Index.open(tmp_path / "i")
    with pytest.raises(sl.IndexUnavailable, match="cannot be"):
        built(["A bank."], tmp_path / "other" / "file" / "deeper")


def test_a_commit_of_somebody_else_is_noticed(tmp_path: Path) -> None:
    """As can happen in an object store, where nothing locks."""
    built(["A bank."], tmp_path / "i")
    mine = writer.Writer(str(tmp_path / "i"), Settings.of(QuickModel(), "int8", "all", "wordnet"))
    built(["A bank.", "Another."], tmp_path / "i")
    with pytest.raises(sl.IndexUnavailable, match="another process is building"):
        mine.commit([])


def test_uses_are_put_in_order(tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "CLEAN", 5)
    for module, name, value in ((parts, "PART", 300), (build, "BATCH", 600), (writer, "LOOSE", 2), (writer, "ARRANGED", 500)):
        monkeypatch.setattr(module, name, value)
    built(corpus, tmp_path / "i")
    kept = lance.dataset(str(tmp_path / "i"))
    lemmas = [lemma for lemma in kept.to_table(columns=["lemma"])["lemma"].to_pylist() if lemma]
    assert lemmas == sorted(lemmas)
    assert len(lemmas) == CORPUS * 100
    assert [index.name for index in kept.describe_indices()] == [writer.BY_LEMMA]


def test_what_a_killed_build_left_out_of_order_is_put_in_order_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_: writer.Writer) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(writer.Writer, "arrange", killed)
        with pytest.raises(KeyboardInterrupt):
            built(["A bank."], tmp_path / "i")
    assert len(sl.Index.open(tmp_path / "i").uses("bank")) == 1  # slower, and no less true
    assert not lance.dataset(str(tmp_path / "i")).describe_indices()
    assert counts(built(["A bank."], tmp_path / "i")) == {"unchanged": 1}
    assert lance.dataset(str(tmp_path / "i")).stats.index_stats(writer.BY_LEMMA)["num_unindexed_rows"] == 0
    built(["A bank.", "Another."], tmp_path / "i", name="more")
    assert lance.dataset(str(tmp_path / "i")).stats.index_stats(writer.BY_LEMMA)["num_unindexed_rows"] == 0


def test_ranges_of_lemmas_fit_in_memory() -> None:
    counts = {"a": 3, "b": 3, "c": 9, "d": 1, "e": 1, "é": 2, "😋": 5}
    assert list(lemma_ranges(Counter(counts), 5)) == [("a", "a"), ("b", "b"), ("c", "c"), ("d", "é"), ("😋", "😋")]
    assert list(lemma_ranges(Counter(), 5)) == []
