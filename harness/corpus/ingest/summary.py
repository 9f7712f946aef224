"""What `harness ingest` says it found, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping

from harness.corpus.ingest.audit import check_balance
from harness.corpus.ingest.result import IngestResult
from harness.domain.canonical_json import Json
from harness.domain.corpus import Kind


def render_summary(result: IngestResult, folder: str) -> str:
    """A few lines: layout, segments, shapes, what was healed, taken out and flagged."""
    test_set = result.test_set
    lines = [f"{test_set.name} ({test_set.pair}): {len(test_set.segments)} segments, {len(test_set.scored)} scored"]
    for document in result.documents:
        lines.append(
            f"  {document.name}: layout {document.layout}, {len(document.source)} source and "
            f"{len(document.target)} target sentences, {document.healed} breaks healed"
        )
        lines.extend(f"  note: {note}" for note in document.notes)
    lines.append("  kinds: " + _counts({k.value: sum(s.kind is k for s in test_set.segments) for k in Kind}))
    lines.append("  pairs: " + _counts(result.shapes))
    lines.append("  flagged: " + (_counts(result.flags) or "none"))
    lines.append("  in no segment: " + (_counts(result.removed) or "nothing"))
    books = check_balance(result)
    lines.append(
        f"  every character accounted for: {books.in_segments} in segments, {books.listed} listed in provenance.tsv"
    )
    lines.append(f"written to {folder}")
    return "\n".join(lines)


def as_record(result: IngestResult, folder: str) -> Mapping[str, Json]:
    """The same as JSON."""
    return {
        "name": result.test_set.name,
        "pair": str(result.test_set.pair),
        "folder": folder,
        "segments": len(result.test_set.segments),
        "scored": len(result.test_set.scored),
        "threshold": result.threshold,
        "documents": [
            {
                "name": d.name,
                "layout": d.layout,
                "source_sentences": len(d.source),
                "target_sentences": len(d.target),
                "healed": d.healed,
                "notes": list(d.notes),
            }
            for d in result.documents
        ],
        "pairs": dict(result.shapes),
        "flags": dict(result.flags),
        "in_no_segment": dict(result.removed),
    }


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)
