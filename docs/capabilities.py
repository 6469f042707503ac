"""Write the README's table of what each family can do, from the registry: ``python docs/capabilities.py``."""

from __future__ import annotations

from pathlib import Path

from senselens.cards import CAPABILITIES, CARDS

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- made by docs/capabilities.py -->\n", "<!-- end -->\n"


def table() -> str:
    """A row per capability, a column per family: ✓ where one of its models in the registry has it."""
    families: dict[str, set[str]] = {}
    for card in CARDS.values():
        families.setdefault(card.family, set()).update(card.capabilities)
    lines = [f"| | {' | '.join(families)} |", f"|---|{':-:|' * len(families)}"]
    for name, what in CAPABILITIES.items():
        lines.append(f"| {what} | {' | '.join('✓' if name in can else '' for can in families.values())} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    before, rest = README.read_text(encoding="utf-8").split(BEGIN)
    README.write_text(before + BEGIN + table() + END + rest.split(END, 1)[1], encoding="utf-8")


if __name__ == "__main__":
    main()
