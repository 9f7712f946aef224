"""XLIFF of either generation, told apart by the file itself."""

from __future__ import annotations

from harness.corpus.bitext.translation_units import AS_APPROVED, Aligned, States
from harness.corpus.bitext.xliff.xliff_1_2 import parse_xliff1
from harness.corpus.bitext.xliff.xliff_2 import parse_xliff2
from harness.domain.corpus import LangPair
from harness.errors import InputError
from harness.tabular.xml_text import local, parse_xml


def parse_xliff(
    data: bytes,
    *,
    file: str,
    pair: LangPair | None = None,
    name: str | None = None,
    states: States = AS_APPROVED,
) -> Aligned:
    """Read XLIFF 1.x or 2.x.

    Args:
        data: the file's bytes.
        file: for messages.
        pair: which languages to take, in which direction; None takes source and target as the file has them.
        name: of the test set; by default what the file says, or else `file`'s stem.
        states: the states whose translations are references; by default, what somebody has approved.

    Raises:
        InputError: no XLIFF, a DTD, an unknown version, or nothing in both languages.
    """
    root = parse_xml(data, file=file)
    if local(root) != "xliff":
        raise InputError(f"{file} is not XLIFF: its root element is <{local(root)}>.", allowed="<xliff>")
    version = root.get("version", "")
    if version.startswith("2."):
        return parse_xliff2(root, file=file, pair=pair, name=name, states=states)
    if version.startswith("1."):
        return parse_xliff1(root, file=file, pair=pair, name=name, states=states)
    raise InputError(f"{file} is XLIFF of version '{version}'.", allowed="1.0 to 1.2, 2.0 to 2.2")
