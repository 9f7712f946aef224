"""COMET as a metric of the harness: what it needs, what it refuses, what its score depends on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.domain import Array, Json, Level, ScoringUnit, Signature, mean_of
from harness.errors import ConfigError, InputError, MetricError
from harness.extras import need
from harness.metrics.comet import validity
from harness.metrics.comet.checkpoint import Checkpoint, find_checkpoint
from harness.metrics.parameters import choice, flag, whole

if TYPE_CHECKING:
    from harness.metrics.comet.engine import Progress
    from harness.metrics.comet.scoring import Judgement, Sample, Scorer

_PRECISIONS = ("fp32", "bf16")


class Comet:
    """A COMET model's mean score (Rei et al. 2020, "COMET: A Neural Framework for MT Evaluation"; Rei et al. 2022).

    Segment scores equal those of unbabel-comet's own `predict` within 1e-5 in fp32. Blank hypotheses, copies of the
    source and outputs in a wrong language get no score (NaN) and a flag; a system that copies at large gets none.
    With several references a segment's score is the mean over them.

    The model is found in the constructor, offline; it is loaded when the first segment is scored.

    Args:
        name: the column's name.
        model: hub id, or a checkpoint folder in COMET's published layout.
        revision: branch, tag or commit of a hub model.
        encoder: folder or hub id of the encoder's tokenizer and config, if not the one the checkpoint names.
        precision: "fp32", or "bf16" for the encoder's weights (faster where the hardware has it; scores move by 1e-3).
        batch_tokens: tokens encoded together; halved by itself when memory runs out.
        device: "auto" (every GPU, else the CPU), "cpu", "cuda:1", or several: "cuda:0,cuda:1".
        reference_free: score a unified or xCOMET model without references.
        embeddings: folder where sentence vectors are kept between runs; None keeps none.
        cache: Hugging Face cache folder; None is the usual one.

    Raises:
        MissingExtraError: unbabel-comet is not installed.
        MissingModelError: the model or its encoder is not on this machine; the remedy is a command.
        InputError: the checkpoint is not COMET, or a pickle with code in it.
    """

    higher_is_better = True
    levels = frozenset({Level.CORPUS, Level.SEGMENT})

    def __init__(  # noqa: PLR0913 - a constructor of a metric names every parameter of its config entry
        self,
        *,
        name: str = "comet",
        model: str = "Unbabel/wmt22-comet-da",
        revision: str | None = None,
        encoder: str | None = None,
        precision: str = "fp32",
        batch_tokens: int | None = None,
        device: str = "auto",
        reference_free: bool = False,
        embeddings: str | None = None,
        cache: str | None = None,
    ) -> None:
        choice("comet", "precision", precision, _PRECISIONS)
        if batch_tokens is not None:
            whole("comet", "batch_tokens", batch_tokens, least=1, most=1 << 24)
        flag("comet", "reference_free", reference_free)
        if not isinstance(device, str):
            raise ConfigError(
                f"comet: 'device' is {device!r}.", allowed="auto, cpu, cuda, cuda:0, or several by commas"
            )
        for module in ("comet", "torch"):
            need(module, what=f"The metric '{name}'", extra="comet")
        self.name = name
        self.progress: Progress | None = None
        self._checkpoint = find_checkpoint(
            model, revision=revision, encoder=encoder, cache=Path(cache) if cache else None
        )
        self._precision, self._batch_tokens, self._device = precision, batch_tokens, device
        self._embeddings = Path(embeddings) if embeddings is not None else None
        self._reference_free = reference_free
        self.needs_reference = _needs_reference(self._checkpoint, reference_free)
        if embeddings is not None and self._unified:
            raise ConfigError(
                f"The {self._checkpoint.architecture} {model} encodes hypothesis, source and reference together: "
                "there are no embeddings of single texts to keep.",
                remedy="leave 'embeddings' out",
            )
        self._scorer: Scorer | None = None
        self._notes: dict[ScoringUnit, Mapping[str, Json]] = {}

    @property
    def _unified(self) -> bool:
        return self._checkpoint.architecture in {"unified_metric", "xcomet_metric"}

    def signature(self, n_refs: int) -> Signature:
        """Model, revision, checksum and precision included: scores of two models are never compared."""
        checkpoint = self._checkpoint
        refs = n_refs if self.needs_reference else 0
        several = (("refs", "mean"),) if refs > 1 else ()
        return Signature(
            "COMET",
            (
                ("nrefs", str(refs)),
                *several,
                ("model", checkpoint.model.name if checkpoint.model.revision else checkpoint.model.folder.name),
                ("revision", checkpoint.model.revision or "local"),
                ("sha256", checkpoint.sha256),
                ("encoder", Path(checkpoint.encoder_name).name if _is_path(checkpoint) else checkpoint.encoder_name),
                ("precision", self._precision),
                ("invalid", "no-score"),
                ("version", _version("unbabel-comet")),
                ("transformers", _version("transformers")),
                ("torch", _version("torch")),
            ),
        )

    def segment_stats(self, units: Sequence[ScoringUnit]) -> Array:
        """(score, 1) a unit; a row of NaN where the unit has no valid score. See Metric."""
        self._check_references(units)
        found = [validity.flags(unit) | self._blank_reference(unit) for unit in units]
        copying = validity.copying_systems(units, found)
        stats = np.full((len(units), 2), np.nan)
        rows = [i for i, u in enumerate(units) if not found[i] and (u.test_set, u.system) not in copying]
        judged = self._judge([units[i] for i in rows])
        for i, (score, _) in zip(rows, judged, strict=True):
            stats[i] = score, 1.0
        notes = {units[i]: note for i, (_, note) in zip(rows, judged, strict=True)}
        for unit, why in zip(units, found, strict=True):
            reason = copying.get((unit.test_set, unit.system))
            if reason is not None:
                notes[unit] = {"flags": sorted(why | {validity.SYSTEM}), "reason": reason}
            elif why:
                notes[unit] = {"flags": sorted(why)}
        self._notes.update(notes)
        return stats

    def explain(self, units: Sequence[ScoringUnit]) -> Sequence[Mapping[str, Json]]:
        """Flags (invalid, truncated), error spans of xCOMET, and the reason why a whole system has no score."""
        unseen = [u for u in units if u not in self._notes]
        if unseen:
            self.segment_stats(unseen)
        return [self._notes[u] for u in units]

    def aggregate(self, totals: Array) -> Array:
        """The mean segment score; NaN where nothing was scored."""
        return mean_of(totals)

    def segment_scores(self, stats: Array) -> Array:
        """The model's own scores."""
        return self.aggregate(stats)

    def _check_references(self, units: Sequence[ScoringUnit]) -> None:
        if not self.needs_reference:
            return
        counts = {len(u.references) for u in units}
        if 0 in counts:
            lacking = next(u for u in units if not u.references)
            raise InputError(
                f"COMET with {self._checkpoint.model.name} needs a reference, and segment {lacking.segment} of "
                f"{lacking.test_set} has none.",
                remedy="give references, or use a reference-free model such as Unbabel/wmt22-cometkiwi-da",
            )

    def _blank_reference(self, unit: ScoringUnit) -> frozenset[str]:
        blank = self.needs_reference and any(not r.strip() for r in unit.references)
        return frozenset({"comet-blank-reference"}) if blank else frozenset()

    def _judge(self, units: Sequence[ScoringUnit]) -> list[tuple[float, Mapping[str, Json]]]:
        """Score and note of each valid unit; equal samples are scored once, several references averaged."""
        if not units:
            return []
        wanted = [self._samples(u) for u in units]
        unique = list(dict.fromkeys(s for samples in wanted for s in samples))
        place = {sample: i for i, sample in enumerate(unique)}
        judgement = self._loaded().score(unique)
        if not np.isfinite(judgement.scores).all():
            raise MetricError(
                f"The COMET model {self._checkpoint.model.name} gives NaN for "
                f"{int((~np.isfinite(judgement.scores)).sum())} segments.",
                remedy="use precision fp32; if it is in use, the checkpoint is damaged: harness prefetch --verify",
            )
        return [_merged([place[s] for s in samples], judgement) for samples in wanted]

    def _samples(self, unit: ScoringUnit) -> list[Sample]:
        from harness.metrics.comet.scoring import Sample

        if not self.needs_reference:
            return [Sample(unit.source, unit.hypothesis, None)]
        return [Sample(unit.source, unit.hypothesis, reference) for reference in unit.references]

    def _loaded(self) -> Scorer:
        if self._scorer is None:
            from harness.metrics.comet.engine import Engine, devices_of
            from harness.metrics.comet.loading import load_model
            from harness.metrics.comet.scoring import SentenceScorer, UnifiedScorer
            from harness.metrics.comet.vector_cache import EmbeddingStore

            engine = Engine(
                load_model(self._checkpoint),
                precision=self._precision,
                devices=devices_of(self._device),
                batch_tokens=self._batch_tokens,
                progress=lambda done, total: self.progress(done, total) if self.progress is not None else None,
            )
            if self._unified:
                self._scorer = UnifiedScorer(engine)
            else:
                store = EmbeddingStore(self._embeddings, self._identity()) if self._embeddings is not None else None
                self._scorer = SentenceScorer(engine, store)
        return self._scorer

    def _identity(self) -> Mapping[str, Json]:
        """Everything that an embedding depends on besides its text."""
        return {
            "sha256": self._checkpoint.sha256,
            "revision": self._checkpoint.model.revision,
            "encoder": self._checkpoint.encoder_name,
            "encoder_revision": self._checkpoint.encoder.revision,
            "precision": self._precision,
        }


def _needs_reference(checkpoint: Checkpoint, reference_free: bool) -> bool:
    architecture, hparams = checkpoint.architecture, checkpoint.hparams
    if architecture == "referenceless_regression_metric":
        return False
    inputs: Sequence[Any] = hparams.get("input_segments") or ("mt", "src", "ref")
    if reference_free and (architecture == "regression_metric" or "src" not in inputs):
        raise ConfigError(
            f"{checkpoint.model.name} cannot score without a reference.",
            allowed="reference_free with unified and xCOMET models that read the source",
        )
    return not reference_free and (architecture == "regression_metric" or "ref" in inputs)


def _merged(rows: Sequence[int], judgement: Judgement) -> tuple[float, Mapping[str, Json]]:
    """One unit's score over its references, with the spans of the first and every truncation."""
    score = math.fsum(judgement.scores[i] for i in rows) / len(rows)
    note: dict[str, Json] = dict(judgement.notes[rows[0]])
    cut = sorted({f"comet-truncated-{side}" for i in rows for side in judgement.cut[i]})
    if cut:
        note["flags"] = cut
    return score, note


def _is_path(checkpoint: Checkpoint) -> bool:
    return Path(checkpoint.encoder_name).is_absolute()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
