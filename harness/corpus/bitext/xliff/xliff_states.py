"""What translation tools say of a translation: whether somebody has approved it.

XLIFF 1.2 has `state`, `state-qualifier` and `approved`, XLIFF 2 has `state`; Trados, memoQ and Phrase say more in
attributes of their own. A draft, a machine's suggestion or a copy of the source is no reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from harness.corpus.bitext.translation_units import NONE, State, Variant
from harness.language.codes import primary
from harness.language.writing import foreign_letters
from harness.tabular.xml_text import local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


COPY = State("a copy of the source", False)
NOT_TRANSLATED = State("translate=no", False)

#: XLIFF 1.2, "state", and XLIFF 2.1, 4.7.2.8: what is not done.
_DRAFTS = frozenset(
    {
        "new",
        "initial",
        "needs-translation",
        "needs-adaptation",
        "needs-l10n",
        "needs-review-translation",
        "needs-review-adaptation",
        "needs-review-l10n",
    }
)
_DONE = frozenset({"final", "signed-off", "reviewed"})
#: XLIFF 1.2, "state-qualifier": what a machine made.
_MACHINE = frozenset({"leveraged-mt", "mt-suggestion"})
#: Trados (sdl:seg conf), memoQ (mq:status): what a person has confirmed.
_CONFIRMED = {
    "conf": frozenset({"Translated", "ApprovedTranslation", "ApprovedSignOff"}),
    "status": frozenset({"ManuallyConfirmed", "Confirmed", "Reviewed", "Proofread", "Reviewer1Confirmed"}),
}


def state_of(unit: Element, target: Element | None, *, mid: str = "") -> State:
    """The state of a <trans-unit> of XLIFF 1.x, or of its segment `mid`.

    A tool's own word goes before the standard's, `approved` before `state`.
    """
    own = _tool_state(unit, mid)
    if own is not None:
        return own
    state = "" if target is None else target.get("state", "")
    qualifier = "" if target is None else target.get("state-qualifier", "")
    approved = unit.get("approved")
    if approved == "yes" or state in _DONE:
        return State(state or "approved=yes", True)
    if qualifier in _MACHINE:
        return State(qualifier, False)
    if state in _DRAFTS:
        return State(state, False)
    if approved == "no":
        return State("approved=no", False)
    return State(state, True) if state else NONE


def state_of_segment(segment: Element) -> State:
    """The state of a <segment> of XLIFF 2.x. One that says nothing is taken as it stands: few tools write it."""
    state = segment.get("state", "")
    return State(state, state not in _DRAFTS) if state else NONE


def unless_copied(state: State, sides: Sequence[Variant]) -> State:
    """COPY where the file says nothing and the target is its source, in letters that its language does not have."""
    if state is not NONE or len(sides) < 2 or sides[0].text != sides[1].text or not all(s.lang for s in sides[:2]):
        return state
    foreign = foreign_letters(primary(sides[0].lang), primary(sides[1].lang))
    return COPY if foreign is not None and foreign.search(sides[1].text) else state


def may_be_translated(element: Element, before: bool) -> bool:
    """The value of `translate` here, where `before` holds around it."""
    value = element.get("translate")
    return before if value is None else value != "no"


def _tool_state(unit: Element, mid: str) -> State | None:
    attributes = _attributes(unit)
    if "status" in attributes:  # memoQ: mq:status
        word = attributes["status"]
        return State(word, word in _CONFIRMED["status"])
    if "confirmed" in attributes:  # Phrase, formerly Memsource: m:confirmed
        word = attributes["confirmed"]
        return State(f"confirmed={word}", word not in ("0", "false"))
    for part in unit.iter():  # Trados: sdl:seg-defs/sdl:seg
        if local(part) == "seg" and (not mid or part.get("id") == mid):
            word = part.get("conf", "Unspecified")
            return State(word, word in _CONFIRMED["conf"])
    return None


def _attributes(unit: Element) -> Mapping[str, str]:
    """Attributes of other namespaces, by their local names."""
    return {key.rpartition("}")[2]: value for key, value in unit.attrib.items() if key.startswith("{")}
