"""The inspector in JupyterLab itself, with a real kernel, and in what is made of its notebooks."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Tab, View
from playwright.sync_api import Browser, expect
from servers import served

TEXTS = ("I deposited money at the bank.", "We sat by the river bank.")
INSPECTOR = f"import senselens_widget\nview = senselens_widget.Inspector({list(TEXTS)!r})\nview"
VIEWS = (
    "import senselens_widget as w\nmasks = w.MaskedWords('We sat by the river bank.', masked=['river'])\nmasks",
    "w.InputRepresentation('My dog is cute.', 'He likes playing.')",
    "w.NextSentence('We sat down.', 'The water was cold.')",
    "w.AttentionView('The river bank.')",
    "banks = w.SenseMap(['We sat by the river bank.', 'The bank lends money.', 'Banks lend.'], 'bank')\nbanks",
    "w.SimilarityMatrix(['We sat down.', 'The water was cold.', 'It was warm.'])",
    "w.LayerMix(['We sat by the river bank.', 'The bank lends money.'], 'bank')",
    "w.ModelTable(['mini'])",
    "print([use.word for use in banks.selected])",
    "print([span.of(masks.text) for span in masks.masked], len(masks.wait(60)['mini reads both sides']))",
)
MAP = f"import senselens_widget\nview = senselens_widget.SenseMap({list(TEXTS)!r}, 'bank')\nview.wait()\nview"
SLOW = 120_000  # milliseconds: a kernel that starts and a first inspection, on a busy machine


def notebook(*cells: str) -> str:
    found = [
        {"cell_type": "code", "id": f"c{n}", "source": cell, "metadata": {}, "outputs": [], "execution_count": None}
        for n, cell in enumerate(cells)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"cells": found, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the notebooks are; one of them has been run, and has its outputs and the state of its widgets."""
    root = tmp_path_factory.mktemp("notebooks")
    (root / "live.ipynb").write_text(notebook(INSPECTOR, "print(view.word and view.word.word, view.text)"), encoding="utf-8")
    (root / "views.ipynb").write_text(notebook(*VIEWS), encoding="utf-8")
    (root / "magic.ipynb").write_text(notebook("%load_ext senselens_widget", "%%lens mini\nThe plane will bank left."))
    (root / "embedded.ipynb").write_text(notebook(f"{INSPECTOR}.embed()"), encoding="utf-8")
    convert(root / "embedded.ipynb", "--to", "notebook", "--execute", "--inplace")
    (root / "run.ipynb").write_text(notebook(f"{INSPECTOR[:-4]}view.wait(); view"), encoding="utf-8")
    convert(root / "run.ipynb", "--to", "notebook", "--execute", "--inplace")
    (root / "map.ipynb").write_text(notebook(MAP), encoding="utf-8")
    convert(root / "map.ipynb", "--to", "notebook", "--execute", "--inplace")
    ours = (root / "run.ipynb").read_text(encoding="utf-8")
    (root / "foreign.ipynb").write_text(ours.replace("view.wait()", "view.wait(60)"), encoding="utf-8")
    return root


def convert(file: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "jupyter", "nbconvert", *arguments, str(file)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def jupyter(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab that serves *folder*, with no configuration but its own."""
    state = tmp_path_factory.mktemp("jupyter")
    news = state / "lab" / "@jupyterlab" / "apputils-extension"
    news.mkdir(parents=True)
    (news / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    places = {"CONFIG_DIR": "config", "DATA_DIR": "data", "RUNTIME_DIR": "run"}
    own = {f"JUPYTER_{name}": str(state / part) for name, part in places.items()} | {
        "IPYTHONDIR": str(state / "ipython"),
        "JUPYTERLAB_SETTINGS_DIR": str(state / "lab"),
        "JUPYTERLAB_WORKSPACES_DIR": str(state / "workspaces"),
    }
    mine = [folder / "run.ipynb", folder / "map.ipynb", folder / "embedded.ipynb"]
    trust = [sys.executable, "-m", "jupyter", "trust", *mine]  # as it is for whoever ran them
    subprocess.run(trust, check=True, capture_output=True, env=os.environ | own)
    command = ["jupyterlab", "--allow-root", "--no-browser", "--ip=127.0.0.1", "--ServerApp.port_retries=0"]
    command += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]
    command += ["--LabApp.news_url=", "--LabApp.extension_manager=readonly"]
    with served(state / "log", "/api/status", *command, env=own) as address:
        yield address


class Lab:
    """A notebook, opened in JupyterLab in a tab of its own."""

    def __init__(self, browser: Browser, address: str, name: str) -> None:
        self.tab = Tab(browser, viewport={"width": 1500, "height": 1000})
        self.page = self.tab.page
        self.address = address
        self.page.goto(f"{address}/lab/tree/{name}?reset", wait_until="domcontentloaded")
        self.page.locator(".jp-NotebookPanel .jp-CodeCell").first.wait_for(timeout=SLOW)
        self.view = View(self.page)

    def run_all(self) -> None:
        self.page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for(timeout=SLOW)
        prompts = self.page.locator(".jp-CodeCell .jp-InputPrompt")
        for _ in range(5):  # what is run while JupyterLab changes from one new kernel to another is lost
            self.page.locator(".jp-CodeCell .jp-InputArea-editor").first.click()
            self.page.locator(".lm-MenuBar-item", has_text="Run").first.click()
            self.page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()
            self.page.wait_for_timeout(2000)
            if "[ ]:" not in prompts.all_inner_texts():
                return
        pytest.fail("the kernel takes no cell")

    def run(self, cell: int) -> str:
        """Run a cell again; what it prints."""
        found = self.page.locator(".jp-CodeCell").nth(cell)
        before = found.locator(".jp-InputPrompt").first.inner_text()
        found.locator(".jp-InputArea-editor").click()
        self.page.keyboard.press("Control+Enter")
        expect(found.locator(".jp-InputPrompt").first).not_to_have_text(before, timeout=SLOW)
        expect(found.locator(".jp-InputPrompt").first).not_to_have_text("[*]:", timeout=SLOW)
        return found.locator(".jp-OutputArea-output").inner_text().strip()

    def close(self) -> None:
        """The kernel goes too."""
        self.page.goto("about:blank")
        for kernel in self.page.request.get(f"{self.address}/api/kernels").json():
            self.page.request.delete(f"{self.address}/api/kernels/{kernel['id']}")
        self.tab.context.close()
        ours = [problem for problem in self.tab.problems if "to activate" not in problem]
        assert ours == []


@pytest.fixture
def lab(browser: Browser, jupyter: str, request: pytest.FixtureRequest) -> Iterator[Lab]:
    name: Any = request.param
    opened = Lab(browser, jupyter, name)
    yield opened
    opened.close()


@pytest.mark.parametrize("lab", ["live.ipynb"], indirect=True)
def test_the_notebook_shows_a_view_that_its_kernel_answers(lab: Lab) -> None:
    lab.run_all()
    expect(lab.view.card).to_be_visible(timeout=SLOW)
    lab.view.word("bank", 1).hover()
    expect(lab.view.card.locator(".gloss").first).to_contain_text("sloping land")
    assert lab.view.find(".links path").count() == 1

    lab.view.word("bank", 1).click()
    lab.page.keyboard.press("m")  # JupyterLab would make the cell Markdown
    expect(lab.view.find(".text .mask")).to_have_count(1)
    expect(lab.page.locator(".jp-MarkdownCell")).to_have_count(0)
    assert lab.run(1).startswith("bank I deposited")

    lab.view.find("p[data-from]").first.dblclick(position={"x": 3, "y": 15})
    lab.view.find("textarea").fill("The plane will bank left.")
    lab.page.keyboard.press("Enter")
    lab.view.word("plane").hover(timeout=SLOW)
    expect(lab.view.card.locator("h2")).to_have_text("plane")
    assert lab.run(1).startswith("bank The plane will bank left.")


@pytest.mark.parametrize("lab", ["views.ipynb"], indirect=True)
def test_every_view_is_answered_by_the_kernel(lab: Lab) -> None:
    lab.run_all()
    masks = lab.page.locator(".masked-words")
    masks.get_by_role("button", name="bank", exact=True).click(timeout=SLOW)
    expect(masks.locator(".together li")).to_have_count(3, timeout=SLOW)
    assert lab.run(9) == "['river', 'bank'] 2"
    masks.get_by_role("button", name="Change the text").click()
    masks.locator("textarea").fill("The plane will bank left.")
    lab.page.keyboard.press("Enter")
    expect(masks.locator(".card .form")).to_have_text("plane", timeout=SLOW)
    expect(masks.locator(".guesses li")).to_have_count(5, timeout=SLOW)

    inputs = lab.page.locator(".input")
    inputs.get_by_role("button", name="Change the second text").click(timeout=SLOW)
    inputs.locator("textarea").fill("Hello")
    lab.page.keyboard.press("Enter")
    expect(inputs.locator("thead button").nth(-2)).to_have_text("hello", timeout=SLOW)

    pairs = lab.page.locator(".next-sentence")
    pairs.get_by_role("button", name="Swap").click(timeout=SLOW)
    expect(pairs.locator(".verdict b")).to_have_text(re.compile(r"^\d"), timeout=SLOW)

    heads = lab.page.locator(".attention")
    heads.get_by_role("radio", name="layer 1, head 1", exact=True).click(timeout=SLOW)
    expect(heads.locator("h2")).to_have_text("Layer 1, head 1")

    places = lab.page.locator(".sense-map")
    places.locator(".plot").focus(timeout=SLOW)
    for key in ("PageDown", "PageDown", "PageDown", "Enter"):
        lab.page.keyboard.press(key)
    expect(places.locator(".concordance b")).to_have_text("Banks")
    places.get_by_role("radio", name="t-SNE").click()
    expect(places.locator(".axes")).to_contain_text("t-SNE keeps neighbours together", timeout=SLOW)
    assert lab.run(8) == "['Banks']"

    pairs = lab.page.locator(".matrix")
    pairs.get_by_role("searchbox").fill("sitting")
    expect(pairs.locator(".ranked li bdi").first).to_have_text("We sat down.", timeout=SLOW)

    layers = lab.page.locator(".mix")
    layers.get_by_role("button", name="layer 6 alone").click(timeout=SLOW)
    expect(layers.locator(".compared .share")).to_have_text(re.compile(r"%$"))
    expect(lab.page.locator(".models tbody th")).to_contain_text("mini", timeout=SLOW)


@pytest.mark.parametrize("lab", ["magic.ipynb"], indirect=True)
def test_the_magic_shows_the_text_of_its_cell(lab: Lab) -> None:
    lab.run_all()
    lab.view.word("plane").hover(timeout=SLOW)
    expect(lab.view.card.locator("h2")).to_have_text("plane")


@pytest.mark.parametrize("lab", ["run.ipynb"], indirect=True)
def test_a_notebook_saved_with_its_widgets_is_alive_before_any_cell_runs(lab: Lab) -> None:
    lab.view.word("bank", 1).hover(timeout=SLOW)
    expect(lab.view.card.locator(".gloss").first).to_contain_text("sloping land")
    lab.view.word("river").click()
    expect(lab.view.card.locator("h2")).to_have_text("river")


@pytest.mark.parametrize("lab", ["embedded.ipynb"], indirect=True)
def test_an_embedded_view_is_alive_in_a_notebook_that_kept_no_widgets(lab: Lab) -> None:
    lab.view.word("bank", 1).hover(timeout=SLOW)
    expect(lab.view.card.locator(".gloss").first).to_contain_text("sloping land")
    expect(lab.page.locator(".jp-RenderedHTML")).to_have_count(1)


@pytest.mark.parametrize("lab", ["map.ipynb"], indirect=True)
def test_the_bytes_of_a_map_are_saved_too(lab: Lab) -> None:
    lab.page.locator(".sense-map .plot").focus(timeout=SLOW)
    lab.page.keyboard.press("PageDown")
    expect(lab.page.locator(".sense-map .said p").first).to_have_text(TEXTS[0])


@pytest.mark.parametrize("lab", ["foreign.ipynb"], indirect=True)
def test_a_notebook_that_is_not_trusted_shows_the_text_and_what_its_words_mean(lab: Lab) -> None:
    output = lab.page.locator(".jp-OutputArea-output")
    expect(output).to_contain_text("I deposited money at the bank.", timeout=SLOW)
    expect(output.get_by_role("listitem").filter(visible=True).first).to_have_text(re.compile(r"^deposited: put .* \(\d+\s%\)$"))
    expect(output.get_by_role("article")).to_have_count(0)


@pytest.mark.parametrize("format", ["html", "slides"])
def test_what_is_made_of_a_notebook_without_its_widgets_answers_the_pointer(
    browser: Browser, folder: Path, tmp_path: Path, format: str
) -> None:
    """As JupyterLab saves it by itself: the outputs, not the widgets."""
    saved = json.loads((folder / "run.ipynb").read_text(encoding="utf-8"))
    del saved["metadata"]["widgets"]
    file = tmp_path / "saved.ipynb"
    file.write_text(json.dumps(saved), encoding="utf-8")
    convert(file, "--to", format)
    tab = Tab(browser)
    tab.page.goto(next(tmp_path.glob("*.html")).as_uri())
    view = View(tab.page)
    view.word("bank", 1).hover()
    expect(view.card.locator(".gloss").first).to_contain_text("sloping land")
    assert [problem for problem in tab.problems if "senselens" in problem] == [], "nbconvert's own scripts are on a server"
