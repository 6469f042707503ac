"""The map with fifty thousand uses, moved and zoomed in Chromium.

Where there is no graphics card, as on a server, this is drawing by the processor alone: a lower bound.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from browser import Tab
from playwright.sync_api import Browser

USES = 50_000
GROUPS = 6
MOVES = 90

# A frame is counted when the browser calls back before painting; each one is asked to move or to zoom the map.
MEASURE = """async ([kind, moves]) => {
  const plot = document.querySelector("[data-theme]").shadowRoot.querySelector(".plot");
  const box = plot.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const at = (type, dx, dy) => new PointerEvent(type, { pointerId: 1, bubbles: true, clientX: x + dx, clientY: y + dy });
  plot.setPointerCapture = () => {};
  const frame = () => new Promise(requestAnimationFrame);
  plot.focus();
  if (kind === "move") plot.dispatchEvent(at("pointerdown", 0, 0));
  await frame();
  const times = [performance.now()];
  for (let step = 1; step <= moves; step++) {
    const wheel = { deltaY: step % 60 < 30 ? -40 : 40, clientX: x, clientY: y, cancelable: true };
    if (kind === "zoom") plot.dispatchEvent(new WheelEvent("wheel", wheel));
    else plot.dispatchEvent(at("pointermove", 150 * Math.sin(step / 9), 90 * Math.cos(step / 7)));
    await frame();
    times.push(performance.now());
  }
  if (kind === "move") plot.dispatchEvent(at("pointerup", 0, 0));
  return times.slice(1).map((time, index) => time - times[index]);
}"""


def traits(uses: int) -> dict[str, Any]:
    """A map with so many uses in groups that overlap."""
    rng = np.random.default_rng(0)
    group = rng.integers(GROUPS, size=uses)
    points = rng.normal(size=(GROUPS, 2))[group] * 3 + rng.normal(size=(uses, 2))
    counts = np.bincount(group, minlength=GROUPS).tolist()
    sentence = "We sat by the river bank until the light began to fail."
    start = sentence.index("bank")
    return {
        "_view": "sense_map",
        "word": "bank",
        "model_name": "random numbers",
        "method": "pca",
        "projections": {"pca": {"points": points.astype("<f4").tobytes(), "explained": [0.4, 0.3]}},
        "groups": [{"name": f"sense {n}", "count": c, "pos": "n", "untold": False} for n, c in enumerate(counts)],
        "group_of": group.astype("<u2").tobytes(),
        "shares": np.full(uses, 80, np.uint8).tobytes(),
        "sentences": [sentence] * uses,
        "spans": np.tile(np.array([start, start + 4], "<i4"), uses).tobytes(),
    }


def figures(browser: Browser) -> dict[str, float]:
    """Frames a second of the map, moved and zoomed; the fewest of two densities of pixels."""
    found: dict[str, float] = {}
    for ratio in (1, 2):
        tab = Tab(browser, device_scale_factor=ratio)
        tab.show(traits(USES), 1240)
        tab.page.wait_for_timeout(1500)
        for kind in ("move", "zoom"):
            times = tab.page.evaluate(MEASURE, [kind, MOVES])
            name = f"map of {USES:,} uses: {kind}, frames a second"
            found[name] = min(1000 / float(np.mean(times)), found.get(name, np.inf))
        tab.settle()
        tab.context.close()
    return found
