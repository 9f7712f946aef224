"""Message catalogues of programs (GNU gettext .po), through Babel: a message is a translation unit."""

from __future__ import annotations

import io
from pathlib import Path

from harness.corpus.bitext.translation_units import Aligned, TranslationUnit, Variant, assemble, domain_tag
from harness.domain.corpus import LangPair
from harness.errors import InputError
from harness.files import decode, read_bytes
from harness.language.codes import primary


def read_po(path: Path, *, pair: LangPair | None, name: str | None, encoding: str | None) -> Aligned:
    """Read one catalogue; fuzzy messages and untranslated ones are no references, obsolete ones no segments.

    The language of the translations is that of the catalogue's header, or the target of `pair`; the messages are in the
    other language of the pair, English where no pair is given.

    Raises:
        UserError: missing or unreadable.
        InputError: no catalogue, no messages, or a language that is not of the pair.
    """
    from babel.messages.pofile import PoFileError
    from babel.messages.pofile import read_po as parse

    data = read_bytes(path, what="document")
    text = decode(data, name=f"document {path}", encoding=encoding).text
    try:
        catalogue = parse(io.StringIO(text), abort_invalid=True)
    except (PoFileError, ValueError, KeyError, IndexError) as error:
        raise InputError(f"{path} is not a message catalogue that can be read: {error}.") from None
    written = catalogue.locale_identifier or (str(catalogue.locale) if catalogue.locale else "")
    translated = domain_tag(written) if written else (pair.target if pair is not None else "")
    if not translated:
        raise InputError(f"{path} does not say its language.", remedy="--pair en-zh, for example")
    languages = (pair.source, pair.target) if pair is not None else ("en", translated)
    if primary(translated) not in {primary(language) for language in languages}:
        raise InputError(
            f"{path} is in '{translated}', which is no language of {pair}.", remedy=f"--pair en-{translated}"
        )
    original = next((x for x in languages if primary(x) != primary(translated)), "en")
    entries: list[TranslationUnit] = []
    fuzzy = 0
    for message in catalogue:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
        given = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        fuzzy += message.fuzzy
        # A language with one form only (Chinese) says with it what the plural says.
        forms = [(ids[0], given[0])] if len(ids) == 1 else [(ids[-1], given[-1])]
        if len(ids) > 1 and len(given) > 1:
            forms.insert(0, (ids[0], given[0]))
        for source, target in forms:
            sides = [Variant(original, source)]
            if target and not message.fuzzy:
                sides.append(Variant(translated, target))
            entries.append(TranslationUnit(f"{path}, line {message.lineno or 0}", sides))
    if not entries:
        raise InputError(f"{path} has no messages.", remedy="check that it is the right file")
    if fuzzy == len(list(catalogue)) - 1 and fuzzy:
        raise InputError(f"{path} has {fuzzy} messages, and all are fuzzy: nobody has approved a translation.")
    wanted = pair or LangPair(original, translated)
    found = assemble(entries, pair=wanted, name=name or path.stem, file=str(path), info={})
    notes = [*found.notes]
    if fuzzy:
        notes.append(f"Left out as references: {fuzzy} fuzzy (nobody has approved these translations).")
    if catalogue.obsolete:
        notes.append(f"Left out: {len(catalogue.obsolete)} obsolete.")
    return Aligned(found.test_set, tuple(notes))
