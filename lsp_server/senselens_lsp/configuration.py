"""What a user can set. One value, which the extension's manifest mirrors: ``python -m senselens_lsp.configuration`` prints it.

An editor sends the section ``senselens``, in ``initializationOptions``, with ``workspace/didChangeConfiguration``, or when asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import Field as DataclassField
from dataclasses import dataclass, field, fields, replace
from typing import Any

SECTION = "senselens"
KINDS = ("plaintext", "markdown", "html", "latex", "restructuredtext", "git-commit", "notebook", "code")


def _setting(default: Any, about: str, **more: Any) -> Any:
    """A field with what the manifest says of it; *restricted*: an untrusted workspace does not choose it."""
    return field(default=default, metadata={"about": about, **more})


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings; a key in an editor is the field's name in camel case, as ``senselens.codeLens``."""

    model: str = _setting(
        "mini",
        "The model that reads the text: a name that `senselens models` lists, a folder, or a Hugging Face Hub id.",
        restricted=True,
    )
    precision: str = _setting(
        "int8",
        "How the embedded model computes: in eight bits (twice as fast) or in full.",
        one_of=("int8", "fp32"),
        restricted=True,
    )
    inventory: str = _setting(
        "wordnet", "Where senses come from: `wordnet`, or a lexicon of the wn package such as `oewn:2024`.", restricted=True
    )
    index: str = _setting(
        "",
        "An index of the workspace, made with `senselens index build` by the model above (`mini-int8`, for `mini` in "
        "eight bits): *find in all files* reads only what is not in it or has changed. A path, seen from the workspace's folder; "
        "empty: every file is read.",
        restricted=True,
    )
    document_kinds: tuple[str, ...] = _setting(
        KINDS, "The kinds of documents that are read; `code` is the comments and docstrings of source files.", one_of=KINDS
    )
    languages: tuple[str, ...] = _setting(
        (), "The language ids whose comments and docstrings are read, such as `python`; empty for every language."
    )
    ignored_words: tuple[str, ...] = _setting((), "Words that are passed over, in any case.")
    function_words: bool = _setting(False, "Whether words without senses of their own (the, of, which) are shown too.")
    senses: int = _setting(3, "How many senses a hover shows.", least=1, most=20)
    guesses: int = _setting(5, "How many words that would fit a hover shows.", least=0, most=20)
    hover: bool = _setting(True, "Show what a word means here when the pointer rests on it.")
    highlight: bool = _setting(True, "Highlight the other uses of the word at the cursor, by sense.")
    references: bool = _setting(True, "Find the uses of a word in the same sense.")
    rename: bool = _setting(True, "Replace the uses of a word in the same sense.")
    substitutes: bool = _setting(True, "Offer words that fit in the place of the word at the cursor as code actions.")
    completion: bool = _setting(True, "Complete a blank, written `___` or `[MASK]`.")
    inlay_hints: bool = _setting(False, "Show beside words that are not used in their most frequent sense which one it is.")
    code_lens: bool = _setting(False, "Show above a paragraph which words are used in several senses.")
    semantic_tokens: bool = _setting(True, "Colour the words chosen with the command by sense.")
    workspace_symbols: bool = _setting(True, "Find sentences of open documents by meaning among workspace symbols.")
    read_ahead: bool = _setting(True, "Read open documents while nothing else is asked, so that hovers need not wait.")

    def updated(self, settings: object, trusted: bool = True) -> tuple[Configuration, list[str]]:
        """This with *settings*, a section as an editor sends it; and what is wrong with them.

        What is wrong or restricted keeps its value, what is not there too.
        """
        if not isinstance(settings, Mapping):
            return self, [] if settings is None else [f"the section {SECTION!r} holds settings by name, not {settings!r:.60}"]
        known = {camel(f.name): f for f in fields(self)}
        changes: dict[str, Any] = {}
        wrong = []
        for key, value in settings.items():
            setting = known.get(key)
            if setting is None:
                wrong.append(f"there is no setting {SECTION}.{key!s:.60}")
            elif (found := _read(setting, value)) is None:
                wrong.append(
                    f"{SECTION}.{key} is {_expected(setting)}, not {value!r:.60}; it stays {getattr(self, setting.name)!r}"
                )
            elif trusted or not setting.metadata.get("restricted"):
                changes[setting.name] = found
        return replace(self, **changes), wrong


@dataclass(frozen=True, slots=True)
class Start:
    """``initializationOptions``: ``{"trusted": bool, "panel": command, "senselens": {settings}}``, all of them optional.

    The settings are the user's own: in a workspace that is not *trusted* those that are restricted stay as they are here.
    *panel* is the client's command that opens the panel, to which hovers link. *wrong* says what is wrong with the settings.
    """

    configuration: Configuration
    wrong: tuple[str, ...]
    trusted: bool
    panel: str | None

    @classmethod
    def of(cls, options: object) -> Start:
        given = options if isinstance(options, Mapping) else {}
        configuration, wrong = Configuration().updated(given.get(SECTION))
        panel = given.get("panel")
        return cls(configuration, tuple(wrong), given.get("trusted") is not False, panel if isinstance(panel, str) else None)


def manifest() -> dict[str, dict[str, Any]]:
    """The settings as the properties of an extension's ``contributes.configuration``."""
    found = {}
    for setting in fields(Configuration):
        about = setting.metadata
        schema: dict[str, Any] = {"type": _TYPES[type(setting.default)], "default": setting.default}
        if isinstance(setting.default, tuple):
            schema |= {"default": list(setting.default), "items": {"type": "string"}, "uniqueItems": True}
        allowed = {"enum": list(about["one_of"])} if "one_of" in about else {}
        if "items" in schema:
            schema["items"] |= allowed
        else:
            schema |= allowed
        schema |= {name: about[key] for key, name in (("least", "minimum"), ("most", "maximum")) if key in about}
        found[f"{SECTION}.{camel(setting.name)}"] = schema | {"markdownDescription": about["about"]}
    return found


def restricted() -> list[str]:
    """The settings that an untrusted workspace does not choose, by their full names."""
    return [f"{SECTION}.{camel(f.name)}" for f in fields(Configuration) if f.metadata.get("restricted")]


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


_TYPES = {str: "string", bool: "boolean", int: "integer", tuple: "array"}


def _read(setting: DataclassField[Any], value: object) -> object | None:
    """*value* as the setting holds it; None where it is not one of its values."""
    about, kind = setting.metadata, type(setting.default)
    if kind is tuple and isinstance(value, list):
        value = tuple(value)
        good = all(isinstance(part, str) and part in about.get("one_of", (part,)) for part in value)
    elif type(value) is not kind:  # in Python, though not in JSON, True is a number
        return None
    elif isinstance(value, int) and kind is int:
        good = about["least"] <= value <= about["most"]
    else:
        good = value in about.get("one_of", (value,)) and (value != "" or setting.default == "")
    return value if good else None


def _expected(setting: DataclassField[Any]) -> str:
    about, kind = setting.metadata, type(setting.default)
    one_of = f" of {', '.join(map(repr, about['one_of']))}" if "one_of" in about else ""
    if kind is int:
        return f"a whole number from {about['least']} to {about['most']}"
    if kind is tuple:
        return f"a list{one_of or ' of strings'}"
    if kind is bool:
        return "true or false"
    if one_of:
        return f"one{one_of}"
    return "a string that is not empty" if setting.default else "a string"


if __name__ == "__main__":
    print(json.dumps({"properties": manifest(), "restricted": restricted()}, indent=2))
