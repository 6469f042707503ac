"""A real browser for the tests, which asks nobody off this machine for anything and is never content with an error."""

from __future__ import annotations

import json
import os
import re
import shutil
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, Route, ViewportSize, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
MISSING = "The tests of the views need Chromium: `apt-get install chromium`, or say where it is in SENSELENS_CHROMIUM."
SLOW = 120_000  # milliseconds: a kernel that starts and models that are loaded, on a busy machine
SIZE: ViewportSize = {"width": 1280, "height": 900}
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run")

# What a view asks of a host, and no more: see js/widget/traits.ts. `sent` is what the view set and saved.
FAKE_MODEL = """([script, state]) => {
  const bytes = (encoded) => new DataView(Uint8Array.from(atob(encoded), (one) => one.charCodeAt(0)).buffer);
  const revived = (value) => {
    if (!value || typeof value !== "object") return value;
    if (value.$bytes !== undefined) return bytes(value.$bytes);
    for (const name of Object.keys(value)) value[name] = revived(value[name]);
    return value;
  };
  revived(state);
  const listeners = new Map();
  const at = (event) => listeners.get(event) ?? listeners.set(event, new Set()).get(event);
  const set = (name, value) => { state[name] = value; for (const listener of [...at(`change:${name}`)]) listener(); };
  let unsaved = {};
  globalThis.sent = [];
  globalThis.state = state;
  globalThis.set = set;
  globalThis.listening = () => [...listeners.values()].reduce((sum, one) => sum + one.size, 0);
  const model = {
    get: (name) => state[name],
    set: (name, value) => { unsaved[name] = value; set(name, value); },
    on: (event, listener) => at(event).add(listener),
    off: (event, listener) => at(event).delete(listener),
    save_changes: () => { sent.push(unsaved); unsaved = {}; },
  };
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  return import(address).then(({ default: widget }) => {
    globalThis.widget = widget;
    globalThis.draw = (el) => widget.render({ model, el });
    globalThis.stop = draw(document.getElementById("place"));
  });
}"""

# What moves by itself when something changes.
MOVING = """view => [...view.querySelectorAll("*")]
    .filter(e => ["transitionDuration", "animationDuration"].some(name => /[1-9]/.test(getComputedStyle(e)[name])))
    .map(e => e.outerHTML.slice(0, 200))"""
FOCUSED = "document.querySelector('[data-theme]').shadowRoot.activeElement"


def _bytes(value: bytes) -> dict[str, str]:
    return {"$bytes": b64encode(value).decode()}


def chromium() -> str:
    found = os.environ.get("SENSELENS_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        pytest.skip(MISSING)
    return found


@contextmanager
def launched() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


class Tab:
    """A page of its own, with what went wrong in it."""

    def __init__(self, browser: Browser, **options: Any) -> None:
        self.context = browser.new_context(**{"viewport": SIZE, **options})
        self.context.set_default_navigation_timeout(SLOW)
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.context.route("**/*", self._route)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda said: self.problems.append(said.text) if said.type in ("error", "warning") else None)

    def _route(self, route: Route, request: Request) -> None:
        if urlsplit(request.url).hostname in (None, "", "127.0.0.1", "localhost"):
            return route.continue_()
        self.problems.append(f"asked for {request.url}")
        return route.abort()

    def show(self, state: Mapping[str, Any], width: int | None = None, around: str = "") -> View:
        """A view of the built script with *state* as its traits, in an element *width* wide and styled as *around*."""
        size = f"width:{width}px;" if width else ""
        self.page.set_content(f'<!doctype html><body style="margin:20px;{around}"><div id="place" style="{size}"></div>')
        script = files("senselens_widget").joinpath("static", "widget.js").read_text(encoding="utf-8")
        traits = json.loads(json.dumps({"_view": "inspector", **state}, default=_bytes))
        self.page.evaluate(FAKE_MODEL, [script, traits])
        return View(self.page)

    def settle(self) -> None:
        """What every test ends with: nothing went wrong."""
        problems, self.problems = self.problems, []
        assert problems == []

    def clear(self) -> None:
        """As it was when it was opened."""
        self.page.goto("about:blank")
        self.page.set_viewport_size(SIZE)
        self.page.emulate_media(color_scheme="light")


class View:
    """A drawn view: what it shows, and the traits behind it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def find(self, selector: str, **having: Any) -> Locator:
        return self.page.locator(f".senselens {selector}", **having)

    def word(self, form: str, occurrence: int = 0) -> Locator:
        return self.find("[data-at]").get_by_text(form, exact=True).nth(occurrence)

    def point_at(self, form: str, occurrence: int = 0) -> None:
        """Point at a word until its card is shown: a host that is still drawing moves the view away from under the pointer."""
        word = self.word(form, occurrence)
        for _ in range(60):
            word.hover(timeout=SLOW)
            try:
                return expect(word).to_have_class(re.compile(r"\bnow\b"), timeout=2000)
            except AssertionError:
                self.page.mouse.move(0, 0)
        raise AssertionError(f"{form} has no card")

    def focus(self, form: str, occurrence: int = 0) -> None:
        """Walk to a word with the keyboard."""
        target = self.word(form, occurrence).get_attribute("data-at")
        self.find("[data-at][tabindex]").focus()
        self.page.keyboard.press("Home")
        while self.page.evaluate(FOCUSED + ".dataset.at") != target:
            self.page.keyboard.press("ArrowRight")

    @property
    def card(self) -> Locator:
        return self.find(".side .card")

    def texts(self, selector: str) -> list[str]:
        return [text.strip() for text in self.find(selector).all_text_contents()]

    def get(self, trait: str) -> Any:
        return self.page.evaluate("(name) => state[name] ?? null", trait)

    def set(self, trait: str, value: Any) -> None:
        """Set a trait as the host would."""
        self.page.evaluate("([name, value]) => set(name, value)", [trait, value])

    def focused(self) -> str:
        """The text of the focused element."""
        found = self.page.evaluate(FOCUSED + ".textContent")
        assert isinstance(found, str)
        return found
