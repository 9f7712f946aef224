"""Formulas of Word (OMML) as one line of text: fractions with a stroke, roots, sums and brackets as they are shown."""

from __future__ import annotations

from typing import Any

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"


def math_text(element: Any) -> str:
    """The text of a formula or a part of one, from left to right; raised and lowered parts stand in the line.

    Fractions of more than one sign have brackets, so that a stroke divides what the line divided.
    """
    inner = [math_text(child) for child in element if isinstance(child.tag, str) and not child.tag.endswith("Pr")]
    tag = element.tag
    if tag == f"{M}t":
        return (element.text or "").replace("\n", " ")
    if tag == f"{M}f" and len(inner) == 2:
        return "/".join(part if len(part) < 2 or part.isalnum() else f"({part})" for part in inner)
    if tag == f"{M}rad" and inner:
        return f"√{inner[-1] if len(inner[-1]) < 2 else f'({inner[-1]})'}"
    if tag == f"{M}nary":
        return _property(element, "nary", "chr", "∫") + "".join(inner)
    if tag == f"{M}d":
        first, between, last = (
            _property(element, "d", name, default)
            for name, default in (("begChr", "("), ("sepChr", "|"), ("endChr", ")"))
        )
        return first + between.join(inner) + last
    return "".join(inner)


def _property(element: Any, kind: str, name: str, default: str) -> str:
    found = element.find(f"{M}{kind}Pr/{M}{name}")
    return default if found is None else str(found.get(f"{M}val", ""))
