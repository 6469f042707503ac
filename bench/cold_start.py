"""From the start of a process to its first answer: a masked word, and the vectors of a sentence."""

from __future__ import annotations

import subprocess
import sys

TEXT = "She walked along the river bank because it was sunny today"
MASKED = TEXT.replace("bank", "[MASK]")
FIRST = {
    "senselens": f"import senselens as sl; m = sl.load('mini'); m.predict({MASKED!r}); m.encode({TEXT!r})",
    "transformers' pipelines": (
        "import sys; from transformers import pipeline; f = sys.argv[1]; "
        f"pipeline('fill-mask', model=f, tokenizer=f)({MASKED!r}); "
        f"pipeline('feature-extraction', model=f, tokenizer=f)({TEXT!r})"
    ),
}


def first_answer(name: str, folder: str, python: str = sys.executable) -> None:
    """Run the process of *name*, a key of `FIRST`; *folder* has `mini` as transformers reads it."""
    subprocess.run([python, "-c", FIRST[name], folder], check=True, capture_output=True)
