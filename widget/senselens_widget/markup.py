"""HTML that cannot forget to escape."""

from __future__ import annotations

from html import escape

_VOID = frozenset({"input", "meta"})


class Html(str):
    """Markup made by `tag`. Any other string is somebody's text, and is escaped on its way into one."""

    __slots__ = ()


def tag(name: str, /, *content: str, **attributes: str | bool) -> Html:
    """An element. A ``class_`` is a class, a ``for_`` a for and an ``aria_label`` an aria-label; False leaves one out."""
    said = "".join(_attribute(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{said}>")
    inside = "".join(part if isinstance(part, Html) else escape(part) for part in content)
    return Html(f"<{name}{said}>{inside}</{name}>")


def _attribute(name: str, value: str | bool) -> str:
    if isinstance(value, bool):
        return f" {name}" if value else ""
    return f' {name}="{escape(value)}"'
