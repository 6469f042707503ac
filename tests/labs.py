"""JupyterLab itself, with a real kernel, for the tests and for bench/views."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from browser import SLOW, Tab, View
from playwright.sync_api import Browser, expect
from servers import served


def notebook(*cells: str) -> str:
    found = [
        {"cell_type": "code", "id": f"c{n}", "source": cell, "metadata": {}, "outputs": [], "execution_count": None}
        for n, cell in enumerate(cells)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"cells": found, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


def convert(file: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "jupyter", "nbconvert", *arguments, str(file)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


@contextmanager
def jupyterlab(folder: Path, state: Path, trusted: Sequence[Path] = ()) -> Iterator[str]:
    """The address of a JupyterLab that serves *folder*, with no configuration but its own, kept in *state*."""
    news = state / "lab" / "@jupyterlab" / "apputils-extension"
    news.mkdir(parents=True)
    (news / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    places = {"CONFIG_DIR": "config", "DATA_DIR": "data", "RUNTIME_DIR": "run"}
    own = {f"JUPYTER_{name}": str(state / part) for name, part in places.items()} | {
        "IPYTHONDIR": str(state / "ipython"),
        "JUPYTERLAB_SETTINGS_DIR": str(state / "lab"),
        "JUPYTERLAB_WORKSPACES_DIR": str(state / "workspaces"),
    }
    if trusted:  # as it is for whoever ran them
        trust = [sys.executable, "-m", "jupyter", "trust", *trusted]
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
        raise AssertionError("the kernel takes no cell")

    def prints(self, cell: int, expected: str) -> None:
        """Run a cell until it prints *expected*: what was clicked may reach the kernel after the cell."""
        printed = ""
        for _ in range(10):
            printed = self.run(cell)
            if printed == expected:
                return
            self.page.wait_for_timeout(500)
        assert printed == expected

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
        assert ours == [], ours
