"""sacreBLEU's own test sets, where they are on this machine already."""

from __future__ import annotations

import os
from pathlib import Path

from harness.corpus.bitext.translation_units import Aligned, TranslationUnit, Variant, assemble
from harness.domain.corpus import LangPair
from harness.errors import MissingModelError, UnknownNameError, UserError
from harness.files import read_text, split_lines


def read_sacrebleu(
    test_set: str, pair: LangPair | None, *, name: str | None = None, folder: Path | None = None
) -> Aligned:
    """Read a test set such as "wmt22" that sacreBLEU has downloaded before.

    Args:
        test_set: sacreBLEU's name.
        pair: needed, because most sets hold many.
        name: of the test set; by default sacreBLEU's with a hyphen for the slash.
        folder: where sacreBLEU keeps its sets; by default its own setting (SACREBLEU, else ~/.sacrebleu).

    Raises:
        UnknownNameError: sacreBLEU has no such set.
        UserError: no pair, or the set does not have it.
        MissingModelError: it is not on this machine; the command that fetches it is named.
    """
    from sacrebleu.dataset import DATASETS
    from sacrebleu.utils import SACREBLEU_DIR

    if test_set not in DATASETS:
        raise UnknownNameError("test set of sacreBLEU", test_set, DATASETS)
    if pair is None:
        raise UserError(f"sacreBLEU's test set '{test_set}' has several language pairs.", remedy="--pair zh-en")
    known = DATASETS[test_set]
    code = str(pair)
    if code not in known.langpairs:
        raise UserError(
            f"sacreBLEU's test set '{test_set}' does not have {code}.", allowed=", ".join(sorted(known.langpairs))
        )
    root = folder if folder is not None else Path(SACREBLEU_DIR)
    label = test_set.replace("/", "_")
    files = {f: root / test_set / f"{label}.{code}.{f.replace(':', '-')}" for f in known.fieldnames(code)}
    wanted = {f: p for f, p in files.items() if f == "src" or f.startswith("ref") or (f == "docid" and p.is_file())}
    if not all(p.is_file() for p in wanted.values()):
        raise MissingModelError(
            f"sacreBLEU's test set '{test_set}' ({code}) is not on this machine.",
            remedy=f"sacrebleu -t {test_set} -l {code} --echo src > {os.devnull}    (downloads it once)",
        )
    texts = {field: split_lines(read_text(path, what="test set").text) for field, path in wanted.items()}
    documents = texts.get("docid")
    references = [f for f in texts if f.startswith("ref")]
    entries = []
    for index, source in enumerate(texts["src"]):
        sides = [Variant(pair.source, source), *(Variant(pair.target, texts[r][index]) for r in references)]
        cells = {"id": str(index + 1), **({"document": documents[index]} if documents else {})}
        entries.append(TranslationUnit(f"line {index + 1}", sides, cells))
    chosen = name or f"{label.replace('_', '-')}-{code}"
    info = {"title": known.description or chosen, "origin": f"sacreBLEU: {test_set} {code}"}
    return assemble(entries, pair=pair, name=chosen, file=f"sacrebleu:{test_set}", info=info)
