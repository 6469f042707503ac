"""The lecture: built once, its exercises solved, and opened from the disk with nobody to ask for anything."""

from __future__ import annotations

import importlib.util
import io
import re
import shutil
from pathlib import Path

import pytest
from browser import Tab, View
from lecture_solutions import SOLUTIONS
from playwright.sync_api import Browser, expect
from sphinx.application import Sphinx
from sphinx.util.console import strip_colors
from sphinx.util.docutils import docutils_namespace, patch_docutils

from senselens.fetch_smollm2 import smollm2_file
from senselens_widget import notebook_page

LECTURE = Path(__file__).parents[1] / "examples" / "lecture"
CHAPTERS = sorted(path.stem for path in LECTURE.glob("[0-9]*.md"))
pytestmark = [
    pytest.mark.skipif(not smollm2_file().is_file(), reason="chapter 2 is not set up: run `senselens setup smollm2`"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of MyST-NB and of what runs its kernels
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
]


def solved(text: str) -> str:
    """A chapter with the answers in place of the dots."""
    for exercise, solution in SOLUTIONS.items():
        cell = rf'(answer|query) = \.\.\.\n((?:(?!```).)*check\("{re.escape(exercise)}")'
        text = re.sub(cell, lambda found, solution=solution: f"{found[1]} = {solution}\n{found[2]}", text, flags=re.DOTALL)  # type: ignore[misc]
    return text


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, as `make course` builds it, of the solved chapters."""
    root = tmp_path_factory.mktemp("lecture")
    shutil.copytree(LECTURE, root / "source", ignore=shutil.ignore_patterns("__pycache__"))
    for chapter in (root / "source").glob("[0-9]*.md"):
        chapter.write_text(solved(chapter.read_text(encoding="utf-8")), encoding="utf-8")
    warnings = io.StringIO()
    with patch_docutils(), docutils_namespace(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("SENSELENS_PATIENCE", "600")  # which the extension does itself, for good
        places = (root / "source", root / "source", root / "site", root / "trees")
        Sphinx(*places, "html", status=None, warning=warnings).build()
    said = [line for line in strip_colors(warnings.getvalue()).splitlines() if "WARNING:" in line or "ERROR:" in line]
    assert said == []
    return root / "site"


@pytest.fixture
def opened(browser: Browser) -> Tab:
    return Tab(browser)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_runs_and_its_exercises_are_solved_by_the_solutions(course: Path, chapter: str) -> None:
    html = (course / f"{chapter}.html").read_text(encoding="utf-8")
    number = int(chapter[:2])
    mine = [exercise for exercise in SOLUTIONS if exercise.startswith(f"{number}.")]
    assert re.findall(r"(\d+\.\d): right\.", html) == mine
    assert len(mine) == (3 if number < 11 else 0)
    assert not re.search(r"not yet\. Your answer|Traceback", html)
    assert len(html.encode()) < 1_500_000


def test_every_view_of_the_lecture_is_alive_and_nothing_is_asked_for(course: Path, opened: Tab) -> None:
    for chapter in ["index", *CHAPTERS]:
        opened.page.goto((course / f"{chapter}.html").as_uri())
        kept = (course / f"{chapter}.html").read_text(encoding="utf-8").count('data-senselens="')
        drawn = opened.page.locator("[data-lm-suppress-shortcuts]")
        expect(drawn).to_have_count(kept)
        assert all(height > 60 for height in drawn.evaluate_all("views => views.map(view => view.clientHeight)"))
        opened.settle()


def test_a_word_is_pointed_at_in_a_chapter(course: Path, opened: Tab) -> None:
    opened.page.goto((course / "01-one-vector.html").as_uri())
    view = View(opened.page)
    view.word("bank", 1).hover()
    expect(view.card.locator("h2")).to_have_text("bank")
    expect(view.card).to_contain_text("sloping land")
    expect(view.card).to_contain_text("glove")
    opened.settle()


@pytest.mark.parametrize("chapter", ["05-masked-words", "07-layers"])
def test_a_chapter_exported_as_one_file_is_small_and_alive(course: Path, opened: Tab, tmp_path: Path, chapter: str) -> None:
    run = course.parent / "jupyter_execute" / f"{chapter}.ipynb"
    file = tmp_path / f"{chapter}.html"
    file.write_text(notebook_page(run), encoding="utf-8")
    assert file.stat().st_size < 1_500_000
    opened.page.goto(file.as_uri())
    view = View(opened.page)
    view.word("bank" if chapter[0:2] == "05" else "spring", 1).hover()
    expect(view.card.locator(".gloss").first).to_be_visible()
    expect(opened.page.locator("[data-lm-suppress-shortcuts]")).to_have_count(2)
    opened.settle()


def test_the_pages_follow_the_readers_scheme_and_a_narrow_screen(browser: Browser, course: Path) -> None:
    tab = Tab(browser, viewport={"width": 380, "height": 800}, color_scheme="dark")
    tab.page.goto((course / "01-one-vector.html").as_uri())
    expect(tab.page.locator("[data-theme=dark]")).to_have_count(1)
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 380
    tab.settle()


# What says whether an answer is right

spec = importlib.util.spec_from_file_location("lecture_check", LECTURE / "check.py")
assert spec
assert spec.loader
checker = importlib.util.module_from_spec(spec)
spec.loader.exec_module(checker)


@pytest.mark.parametrize(
    ("exercise", "answer", "said"),
    [
        ("5.2", 2.4, "5.2: right."),
        ("5.2", 2.404, "5.2: right."),
        ("5.2", 2.5, "5.2: not yet. Your answer was 2.5."),
        ("8.2", 1540, "8.2: right."),
        ("9.1", "  A  Century ", "9.1: right."),
        ("9.1", ..., "9.1: put your answer in place of the dots, and run the cell again."),
        ("4.1", (2, 3), "4.1: right."),
        ("4.1", None, "4.1: not yet. Your answer was None."),
        ("9.3", False, "9.3: right."),
        ("9.3", 0, "9.3: not yet. Your answer was 0."),
    ],
)
def test_an_answer_may_be_written_in_any_way(
    exercise: str, answer: object, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    checker.check(exercise, answer)
    assert capsys.readouterr().out == f"{said}\n"


def test_every_exercise_has_a_check_and_none_its_answer_in_plain_text() -> None:
    asked = [found for path in LECTURE.glob("[0-9]*.md") for found in re.findall(r'check\("([\d.]+)"', path.read_text("utf-8"))]
    assert sorted(asked) == sorted(checker.DIGESTS) == sorted(SOLUTIONS)
    assert all(re.fullmatch(r"[0-9a-f]{16}", digest) for digest in checker.DIGESTS.values())
