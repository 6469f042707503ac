"""Make the pictures of the lecture again: ``make course && python docs/images/course.py``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "tests"))

from browser import Tab, View, launched

SITE = Path(__file__).parents[2] / "build" / "course"
PICTURES = {
    "course-light": ("01-one-vector", 1240, "light"),
    "course-dark": ("01-one-vector", 1240, "dark"),
    "course-narrow": ("01-one-vector", 380, "light"),
}


def main() -> None:
    with launched() as browser:
        for name, (chapter, width, scheme) in PICTURES.items():
            tab = Tab(browser, viewport={"width": width, "height": 900}, color_scheme=scheme)
            tab.page.goto((SITE / f"{chapter}.html").as_uri())
            view = View(tab.page)
            view.word("bank", 1).hover()
            tab.page.mouse.wheel(0, 480)
            tab.page.wait_for_timeout(500)
            tab.page.screenshot(path=Path(__file__).with_name(f"{name}.png"), animations="disabled")
            tab.settle()


if __name__ == "__main__":
    main()
