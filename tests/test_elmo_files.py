"""The official files: what is read, what is refused and how that is said; AllenNLP's releases from their address."""

from __future__ import annotations

import hashlib
import io
import json
import logging
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError

import h5py
import numpy as np
import pytest
from conftest import Without
from tiny_elmo import TINY, VOCABULARY, write

import senselens as sl
from senselens import download
from senselens.elmo_files import ElmoFiles, Options, is_elmo, read_options, read_softmax, read_vocabulary, read_weights
from senselens.elmo_model import load_elmo
from senselens.elmo_releases import RELEASES, fetch_release

CELL = "RNN_1/RNN/MultiRNNCell/Cell0/LSTMCell"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "tiny")


def test_what_is_written_is_what_is_read(folder: Path, tmp_path: Path) -> None:
    assert read_options(folder / "options.json") == TINY
    weights = read_weights(folder / "weights.hdf5", TINY)
    words, softmax, bias = read_softmax(folder / "softmax.hdf5", folder / "vocabulary.txt", TINY.width)
    assert words == VOCABULARY
    assert (softmax.shape, bias.shape) == ((15, 8), (15,))
    half = read_weights(write(tmp_path / "half", dtype="float16") / "weights.hdf5", TINY)
    for name, array in weights.items():
        np.testing.assert_array_equal(half[name], array.astype(np.float16).astype(np.float32))
    for name, tensor in (("weights.hdf5", "char_embed"), ("softmax.hdf5", "softmax/W")):
        with h5py.File(tmp_path / "half" / name) as file:
            assert file[tensor].dtype == np.float16


def test_files_are_found_by_their_plain_or_their_full_names(folder: Path) -> None:
    plain = ElmoFiles.of(folder)
    assert plain == ElmoFiles.of(folder / "weights.hdf5")
    assert [f.name for f in (plain.options, plain.weights)] == ["options.json", "weights.hdf5"]
    for old, new in (("options.json", "elmo_2x_options.json"), ("weights.hdf5", "elmo_2x_weights.hdf5")):
        (folder / old).rename(folder / new)
    (folder / "softmax.hdf5").rename(folder / "elmo_softmax_weights.hdf5")
    (folder / "vocabulary.txt").rename(folder / "vocab-2016-09-10.txt")
    full = ElmoFiles.of(folder)
    names = ["elmo_2x_options.json", "elmo_2x_weights.hdf5", "elmo_softmax_weights.hdf5", "vocab-2016-09-10.txt"]
    assert [f and f.name for f in (full.options, full.weights, full.softmax, full.vocabulary)] == names
    assert "next-word" in sl.load(str(folder)).card.capabilities


def test_of_several_models_in_a_folder_one_is_named_by_its_weights(folder: Path) -> None:
    write(folder / "other", seed=1)
    (folder / "weights.hdf5").rename(folder / "a_weights.hdf5")
    (folder / "other" / "weights.hdf5").rename(folder / "b_weights.hdf5")
    with pytest.raises(sl.BadModelFile, match=r"has no weights\.hdf5 \(or several"):
        sl.load(str(folder))
    a, b = (sl.load(str(folder / f"{x}_weights.hdf5")) for x in "ab")
    assert a.fingerprint != b.fingerprint


@pytest.mark.parametrize("content", ["", "[]", '{"lstm": {}}', '"lstm char_cnn"', b"\xff\xfe\x00{"])
def test_other_folders_are_not_taken_for_an_elmo(tmp_path: Path, content: str | bytes) -> None:
    assert not is_elmo(tmp_path)
    (tmp_path / "options.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert not is_elmo(tmp_path)
    (tmp_path / "weights.txt").touch()
    assert not is_elmo(tmp_path / "weights.txt")


def edited(folder: Path, *path: str, value: object) -> None:
    file = folder / "options.json"
    content = json.loads(file.read_text())
    inner = content
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    if value is None:
        del inner[path[-1]]
    file.write_text(json.dumps(content))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("lstm", "dim"), None, "has no entry 'dim'"),
        (("lstm", "dim"), "64", "'64' is not a whole number from 1"),
        (("lstm", "projection_dim"), 17, "projection_dim is at most dim"),
        (("lstm", "n_layers"), 0, "0 is not a whole number from 1"),
        (("lstm", "cell_clip"), -3, "-3 is no bound"),
        (("lstm", "proj_clip"), "3", "no ELMo's options.json"),
        (("char_cnn", "filters"), [], "there are filters"),
        (("char_cnn", "filters"), [[1, 4, 2]], "no ELMo's options.json"),
        (("char_cnn", "filters"), [[51, 4]], "wider than max_characters_per_token, 50"),
        (("char_cnn", "activation"), "gelu", "activation is relu or tanh"),
        (("char_cnn",), 5, "no ELMo's options.json"),
    ],
)
def test_senseless_options_name_the_entry(folder: Path, path: tuple[str, ...], value: object, message: str) -> None:
    edited(folder, *path, value=value)
    with pytest.raises(sl.BadModelFile, match=rf"options\.json.*{message}" if "options.json" not in message else message):
        sl.load(str(folder))


def test_options_may_leave_out_what_bilm_tf_leaves_out(folder: Path) -> None:
    for path in (("char_cnn", "n_highway"), ("lstm", "cell_clip"), ("lstm", "proj_clip"), ("lstm", "n_layers")):
        edited(folder, *path, value=None)
    options = read_options(folder / "options.json")
    assert (options.highways, options.layers, options.cell_clip, options.projection_clip) == (0, 1, None, None)


def test_options_that_cannot_be_read(folder: Path) -> None:
    (folder / "options.json").write_text("{")
    with pytest.raises(sl.BadModelFile, match=r"no ELMo's options\.json.*fetch it again"):
        read_options(folder / "options.json")
    (folder / "options.json").unlink()
    with pytest.raises(sl.BadModelFile, match="cannot be read"):
        read_options(folder / "options.json")
    with pytest.raises(sl.BadModelFile, match=r"needs its options\.json beside it"):
        sl.load(str(folder / "weights.hdf5"))


def changed(name: str, value: object) -> Callable[[Path], None]:
    """Put *value* (or nothing) where the tensor *name* was."""

    def change(folder: Path) -> None:
        with h5py.File(folder / "weights.hdf5", "a") as file:
            del file[name]
            if value is not None:
                file[name] = value

    return change


def cut(folder: Path) -> None:
    file = folder / "weights.hdf5"
    file.write_bytes(file.read_bytes()[:-1000])


def elsewhere(folder: Path) -> None:
    (folder / "weights.hdf5").rename(folder / "real.hdf5")
    with h5py.File(folder / "weights.hdf5", "w") as file:
        file["char_embed"] = h5py.ExternalLink("real.hdf5", "char_embed")


def virtual(folder: Path) -> None:
    layout = h5py.VirtualLayout(shape=(261, 4), dtype="float32")
    layout[:] = h5py.VirtualSource(str(folder / "weights.hdf5"), "char_embed", shape=(261, 4))
    with h5py.File(folder / "virtual_weights.hdf5", "w") as file:
        file.create_virtual_dataset("char_embed", layout)
    (folder / "virtual_weights.hdf5").replace(folder / "weights.hdf5")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (cut, "cut short or not HDF5"),
        (lambda folder: (folder / "weights.hdf5").write_bytes(b""), "cut short or not HDF5"),
        (lambda folder: (folder / "weights.hdf5").write_text("<html>"), "cut short or not HDF5"),
        (changed(f"{CELL}/W_P_0", None), rf"has no tensor {CELL}/W_P_0"),
        (changed("CNN", None), "has no tensor CNN/W_cnn_0"),
        (changed(f"{CELL}/B", np.zeros(60, "float32")), rf"tensor {CELL}/B is float32 \(60,\), not floats of shape \(64,\)"),
        (changed("char_embed", np.zeros((262, 4), "float32")), r"tensor char_embed is float32 \(262, 4\)"),
        (changed("char_embed", np.zeros((261, 4), "int8")), r"tensor char_embed is int8 \(261, 4\), not floats"),
        (changed("CNN_proj/b_proj", np.full(8, np.nan, "float32")), "CNN_proj/b_proj holds numbers that are not finite"),
        (elsewhere, "char_embed lies in another file"),
        (virtual, "char_embed lies in another file"),
    ],
)
def test_bad_weights_name_the_file_and_the_tensor(folder: Path, spoil: Callable[[Path], None], message: str) -> None:
    spoil(folder)
    with pytest.raises(sl.BadModelFile, match=rf"weights\.hdf5.*{message}"):
        sl.load(str(folder))


def test_weights_of_another_model_than_the_options(folder: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other", Options(4, ((1, 4), (2, 8), (3, 8)), highways=2, width=8, cells=24))
    (other / "options.json").replace(folder / "options.json")
    with pytest.raises(
        sl.BadModelFile, match=r"LSTMCell/W_0 is float32 \(16, 64\).*\(16, 96\); take all files from the same model"
    ):
        sl.load(str(folder))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("\n".join(VOCABULARY[:-1]), r"softmax/W is float32 \(15, 8\).*vocabulary\.txt, has 14 words"),
        ("\n".join(VOCABULARY[3:]), "lacks </S>, <S>, <UNK>"),
        (b"\xff", "not a vocabulary in UTF-8"),
    ],
)
def test_a_vocabulary_that_is_not_the_softmax_s(folder: Path, content: str | bytes, message: str) -> None:
    (folder / "vocabulary.txt").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(sl.BadModelFile, match=message):
        sl.load(str(folder))


def test_a_softmax_needs_a_vocabulary(folder: Path) -> None:
    (folder / "vocabulary.txt").unlink()
    with pytest.raises(sl.BadModelFile, match=r"softmax\.hdf5 needs its vocabulary\.txt beside it"):
        sl.load(str(folder))


@pytest.mark.parametrize("ending", ["", "\n"])
def test_a_vocabulary_s_last_line_may_end_or_not(tmp_path: Path, ending: str) -> None:
    (tmp_path / "vocab.txt").write_text("\n".join(VOCABULARY) + ending, encoding="utf-8")
    assert read_vocabulary(tmp_path / "vocab.txt") == VOCABULARY


def test_a_copy_without_the_embedded_one_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("senselens.elmo_model.PACKAGE_DATA", tmp_path)
    with pytest.raises(sl.ModelUnavailable, match="lacks the data of elmo: install it again"):
        load_elmo("elmo")


@pytest.mark.parametrize("lacking", ["torch", "h5py"])
def test_without_its_libraries_the_extra_is_named(folder: Path, without: Without, lacking: str) -> None:
    without(lacking)
    with pytest.raises(sl.ModelUnavailable, match=r"pip install 'senselens\[elmo\]'"):
        sl.load(str(folder))


def test_other_precisions_are_not_offered(folder: Path) -> None:
    with pytest.raises(sl.Unsupported, match="only mini has other precisions"):
        sl.load(str(folder), precision="int8")


class Web:
    """Addresses and what they answer; `asked` is what was asked for."""

    def __init__(self, content: dict[str, bytes]) -> None:
        self.content, self.asked = content, list[str]()

    def open(self, address: str) -> io.BytesIO:
        self.asked.append(address)
        if address not in self.content:
            raise URLError("no such host")
        answer = io.BytesIO(self.content[address])
        answer.headers = {"Content-Length": str(len(self.content[address]))}  # type: ignore[attr-defined]
        return answer


@pytest.fixture
def web(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Web:
    address = RELEASES["elmo-small"].removesuffix("weights.hdf5")
    found = Web({f"{address}{name}": (folder / name).read_bytes() for name in ("options.json", "weights.hdf5")})
    monkeypatch.setattr(download, "_open", found.open)
    monkeypatch.setenv("SENSELENS_HOME", str(tmp_path / "home"))
    sl.load.cache_clear()
    return found


def test_a_release_is_fetched_once_and_said_to_be_unverified(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "senselens")
    model = sl.load("elmo-small")
    assert (model.card.name, model.card.licence) == ("elmo-small", "Apache-2.0")
    assert [a.rpartition("_")[2] for a in web.asked] == ["options.json", "weights.hdf5"]
    assert "weights.hdf5: 100 % of" in caplog.text
    assert "weights.hdf5 is not verified: its publisher gives no checksum (SHA-256 " in caplog.text
    again = fetch_release("elmo-small")
    assert len(web.asked) == 2
    assert not list(again.parent.glob("*.partial"))


def test_a_release_that_changed_on_the_disk_is_not_used(web: Web) -> None:
    file = fetch_release("elmo-small")
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(sl.BadModelFile, match=r"weights\.hdf5 has the SHA-256 \w+, not \w+: delete it and load again"):
        sl.load("elmo-small")


def test_a_release_put_there_by_hand_needs_no_network(web: Web) -> None:
    file = fetch_release("elmo-small")
    content = [f for f in file.parent.iterdir() if f.suffix == ".sha256"]
    for noted in content:
        noted.unlink()
    web.content.clear()
    assert sl.load("elmo-small").card.width == 16


def test_an_address_can_carry_its_checksum(web: Web, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    address = RELEASES["elmo-small"]
    right = hashlib.sha256((folder / "weights.hdf5").read_bytes()).hexdigest()
    with pytest.raises(sl.BadModelFile, match=r"has the SHA-256 \w+, not 0{64}; it was not kept"):
        sl.load(f"{address}#sha256={'0' * 64}")
    assert sl.load(f"{address}#sha256={right.upper()}").card.width == 16
    assert "weights.hdf5 is not verified" not in caplog.text
    with pytest.raises(sl.BadModelFile, match="delete it and load again"):
        sl.load(f"{address}#sha256={'0' * 64}")


def test_a_download_cut_short_is_not_kept(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(address: str) -> io.BytesIO:
        answer = web.open(address)
        answer.headers = {"Content-Length": "1000000"}  # type: ignore[attr-defined]
        return answer

    monkeypatch.setattr(download, "_open", cut)
    with pytest.raises(sl.ModelUnavailable, match=r"options\.json could not be fetched \(\d+ of 1000000 bytes came\)"):
        fetch_release("elmo-small")
    monkeypatch.setattr(download, "_open", web.open)
    assert fetch_release("elmo-small").exists()


def test_no_network_says_what_to_do(web: Web) -> None:
    web.content.clear()
    with pytest.raises(sl.ModelUnavailable, match=r"could not be fetched \(.*no such host.*browser's copy in .* loads without"):
        sl.load("elmo-original-5.5b")


@pytest.mark.parametrize("address", ["http://x.org/weights.hdf5", "file:///etc/passwd", "ftp://x.org/weights.hdf5"])
def test_only_https_is_used(tmp_path: Path, address: str) -> None:
    with pytest.raises(sl.ModelUnavailable, match="only https is used"):
        download.cached(address, tmp_path)
    assert not list(tmp_path.iterdir())


def test_no_redirect_leads_away_from_https() -> None:
    redirect = download._OnlyHttps().redirect_request
    request = download.urllib.request.Request("https://x.org/weights.hdf5")
    with pytest.raises(URLError, match=r"leads to http://x\.org, which is not https"):
        redirect(request, io.BytesIO(), 302, "Found", None, "http://x.org")  # type: ignore[arg-type]
    assert redirect(request, io.BytesIO(), 302, "Found", {}, "https://y.org/w").full_url == "https://y.org/w"  # type: ignore[arg-type]


def test_https_goes_out_through_the_guarded_opener(monkeypatch: pytest.MonkeyPatch) -> None:
    class Opener:
        def open(self, address: str, timeout: float) -> tuple[str, float]:
            return address, timeout

    monkeypatch.setattr(
        download.urllib.request, "build_opener", lambda handler: Opener() if handler is download._OnlyHttps else None
    )
    assert download._open("https://x.org/w") == ("https://x.org/w", 60)


def test_an_unwritable_cache_still_serves_what_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "weights.hdf5").write_bytes(b"content")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr(Path, "write_text", refuse)
    assert download.cached("https://x.org/weights.hdf5", tmp_path).read_bytes() == b"content"


def test_an_answer_of_unknown_length_is_taken_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = io.BytesIO(b"content")
    answer.headers = {}  # type: ignore[attr-defined]
    monkeypatch.setattr(download, "_open", lambda address: answer)
    assert download.cached("https://x.org/w", tmp_path).read_bytes() == b"content"


def test_an_address_that_is_no_elmo() -> None:
    with pytest.raises(sl.UnknownModel, match=r"it ends in weights\.hdf5"):
        sl.load("https://x.org/weights.hdf5.zip")
    with pytest.raises(sl.UnknownModel, match="no model is called"):
        sl.load("https://x.org/model.zip")


def test_rows_of_the_releases() -> None:
    cards = {card.name: card for card in sl.models()}
    for name, width in (("elmo-small", 256), ("elmo-medium", 512), ("elmo-original", 1024), ("elmo-original-5.5b", 1024)):
        assert (cards[name].layers, cards[name].width) == (3, width)
        assert f"_{width // 2}_2048cnn" in RELEASES[name]
    assert "next-word" not in cards["elmo-small"].capabilities
    assert cards["elmo"].where == "in the package"
