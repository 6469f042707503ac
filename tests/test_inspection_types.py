"""The TypeScript that reads an `Inspection` says of it what the Python that writes it says.

``python tests/test_inspection_types.py`` writes js/shared/inspection.ts again.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import senselens as sl

TARGET = Path(__file__).parents[1] / "js" / "shared" / "inspection.ts"
HEADER = "// Made from engine/senselens by tests/test_inspection_types.py: what Inspection.to_dict() gives.\n"
NAMES = {str: "string", int: "number", float: "number", bool: "boolean", NoneType: "null"}


def typescript(hint: Any, found: dict[type, str]) -> str:
    """*hint* in TypeScript; the interfaces of the dataclasses it leads to are put into *found*."""
    if hint in NAMES:
        return NAMES[hint]
    if dataclasses.is_dataclass(hint):
        assert isinstance(hint, type)
        if hint not in found:
            found[hint] = ""  # its place, before those it leads to
            fields = (f"  {name}: {typescript(of, found)};\n" for name, of in fields_of(hint).items())
            found[hint] = f"export interface {hint.__name__} {{\n{''.join(fields)}}}\n"
        return hint.__name__
    kind, arguments = get_origin(hint), get_args(hint)
    if kind is tuple and arguments[1:] == (...,):
        item = typescript(arguments[0], found)
        return f"{item}[]"
    if kind is dict:  # JSON's keys are strings
        return f"Record<string, {typescript(arguments[1], found)}>"
    assert kind in (Union, UnionType), f"{hint} has no name in TypeScript yet"
    return " | ".join(typescript(one, found) for one in arguments)


def fields_of(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def interfaces() -> str:
    found: dict[type, str] = {}
    typescript(sl.Inspection, found)
    return "\n".join([HEADER, *found.values()])


def test_the_interfaces_are_those_of_the_dataclasses() -> None:
    assert TARGET.read_text(encoding="utf-8") == interfaces(), f"run python {Path(__file__).name}"


def test_to_dict_gives_the_fields_and_json_keeps_them(mini: sl.Model) -> None:
    inspection = sl.inspect("The bank by the bank.", neighbours=1)
    written = json.loads(json.dumps(inspection.to_dict()))
    assert_same(inspection, written)


def assert_same(value: Any, written: Any) -> None:
    if dataclasses.is_dataclass(value):
        assert list(written) == [field.name for field in dataclasses.fields(value)]
        for name, inner in written.items():
            assert_same(getattr(value, name), inner)
    elif isinstance(value, dict):
        assert [str(key) for key in value] == list(written)
        for inner, shown in zip(value.values(), written.values(), strict=True):
            assert_same(inner, shown)
    elif isinstance(value, tuple):
        assert len(value) == len(written)
        for inner, shown in zip(value, written, strict=True):
            assert_same(inner, shown)
    else:
        assert value == written


if __name__ == "__main__":
    TARGET.write_text(interfaces(), encoding="utf-8")
