"""GEMBA-MQM and GEMBA-ESA as metrics of the harness."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import ClassVar, TypeVar
from urllib.parse import urlsplit

import numpy as np

from harness.credentials import redact
from harness.domain import Array, Json, Level, ScoringUnit, Signature, mean_of, sha256_of
from harness.errors import MetricError
from harness.language.codes import language_name
from harness.metrics.gemba.annotations import Span, UnreadableError, read_score, read_spans
from harness.metrics.gemba.answer_cache import KeptAnswers
from harness.metrics.gemba.chat_judge import Judge, NoAnswerError
from harness.metrics.gemba.questions import (
    ESA_SEVERITIES,
    MQM_SEVERITIES,
    NO_ERROR,
    LanguageNames,
    Message,
    score_prompt,
    spans_prompt,
)
from harness.metrics.parameters import language_pair, whole
from harness.version import __version__

BLANK = "gemba-blank"
ERROR = "gemba-error"
T = TypeVar("T")
_Verdict = tuple[float, tuple[Span, ...]]


class _Gemba(ABC):
    """What both protocols share; see GembaMqm for the parameters."""

    needs_reference = False
    higher_is_better = True
    levels = frozenset({Level.CORPUS, Level.SEGMENT})
    protocol: ClassVar[str]
    severities: ClassVar[Sequence[str]]

    def __init__(  # noqa: PLR0913 - one keyword per config field
        self,
        *,
        model: str,
        name: str = "gemba",
        pair: str = "zh-en",
        base_url: str | None = None,
        api_key_env: str | None = "OPENAI_API_KEY",
        temperature: float | None = 0.0,
        max_tokens: int | None = None,
        concurrency: int = 8,
        timeout: float = 120.0,
        max_retries: int = 4,
        revision: str | None = None,
        answers: str | None = None,
    ) -> None:
        self.name = name
        self.progress: Callable[[int, int], None] | None = None
        source, target = language_pair(name, pair)
        self._pair = LanguageNames(language_name(source), language_name(target))
        self._workers = whole(name, "concurrency", concurrency, least=1, most=1000)
        self._fields = (
            ("model", model),
            ("revision", revision or "unknown"),
            ("endpoint", urlsplit(base_url).netloc.rpartition("@")[2] if base_url else "default"),
            ("pair", f"{source}-{target}"),
            ("temperature", "default" if temperature is None else f"{temperature:g}"),
        )
        self._judge = Judge(
            metric=name,
            model=model,
            base_url=base_url,
            api_key_env=api_key_env,
            temperature=temperature,
            max_tokens=max_tokens,
            timeout=timeout,
            max_retries=whole(name, "max_retries", max_retries, least=0, most=100),
        )
        self._kept: KeptAnswers | None = None
        if answers is not None:
            identity: dict[str, Json] = {**dict(self._fields), "max_tokens": max_tokens}
            self._kept = KeptAnswers(Path(answers), identity)
        self._verdicts: dict[tuple[str, str], _Verdict | str] = {}

    def signature(self, n_refs: int) -> Signature:
        """Model, endpoint, languages and a hash of the prompts; references play no role."""
        shown = [*spans_prompt(self._pair, "s", "h", self.severities), *score_prompt(self._pair, "s", "h", "e")]
        prompts = sha256_of([dict(m) for m in shown])[:12]
        return Signature(self.protocol, (*self._fields, ("prompts", prompts), ("version", __version__)))

    def segment_stats(self, units: Sequence[ScoringUnit]) -> Array:
        """(score, 1) a unit; NaN for blanks and where the judge gave no readable answer.

        Raises:
            MetricError: the endpoint refuses the key, or answered nothing readable to any question.
        """
        wanted = dict.fromkeys((u.source, u.hypothesis) for u in units if u.hypothesis.strip() and u.source.strip())
        self._ask_all([key for key in wanted if not isinstance(self._verdicts.get(key), tuple)])
        failures = [v for key in wanted if isinstance(v := self._verdicts[key], str)]
        if failures and len(failures) == len(wanted):
            raise MetricError(
                f"The judge of '{self.name}' gave no readable answer to any segment: {failures[0]}.",
                remedy="check model, base_url and the network; then run again, translations are kept",
            )
        stats = np.full((len(units), 2), np.nan)
        for row, unit in enumerate(units):
            verdict = self._verdicts.get((unit.source, unit.hypothesis))
            if isinstance(verdict, tuple):
                stats[row] = verdict[0], 1.0
        return stats

    def explain(self, units: Sequence[ScoringUnit]) -> Sequence[Mapping[str, Json]]:
        """Error spans with categories; or why there is no score."""
        return [self._note(unit) for unit in units]

    def aggregate(self, totals: Array) -> Array:
        """The mean segment score; NaN where nothing was scored."""
        return mean_of(totals)

    def segment_scores(self, stats: Array) -> Array:
        """The segments' own scores."""
        return self.aggregate(stats)

    def _note(self, unit: ScoringUnit) -> Mapping[str, Json]:
        if not unit.hypothesis.strip() or not unit.source.strip():
            return {"flags": [BLANK]}
        verdict = self._verdicts.get((unit.source, unit.hypothesis))
        if verdict is None:
            self.segment_stats([unit])
            verdict = self._verdicts[unit.source, unit.hypothesis]
        if isinstance(verdict, str):
            return {"flags": [ERROR], "error": verdict}
        return {"error_spans": [asdict(span) for span in verdict[1]]}

    def _ask_all(self, keys: Sequence[tuple[str, str]]) -> None:
        if not keys:
            return
        self._judge.open()
        try:
            with ThreadPoolExecutor(max_workers=self._workers) as pool:
                futures = [pool.submit(self._verdict, *key) for key in keys]
                try:
                    for done, (key, future) in enumerate(zip(keys, futures, strict=True), start=1):
                        self._verdicts[key] = future.result()
                        if self.progress is not None:
                            self.progress(done, len(keys))
                except BaseException:
                    pool.shutdown(wait=False, cancel_futures=True)  # one refusal of the key is enough
                    raise
        finally:
            self._judge.close()

    def _verdict(self, source: str, hypothesis: str) -> _Verdict | str:
        """Score and spans, or one line that says why there are none."""
        try:
            spans = self._answer(
                spans_prompt(self._pair, source, hypothesis, self.severities),
                lambda answer: read_spans(answer, hypothesis, self.severities),
            )
            return self._score(source, hypothesis, spans), spans
        except NoAnswerError as error:
            return f"the judge gave no answer ({error})"
        except UnreadableError as error:
            return redact(f"the judge's answer does not follow the format: {error}")

    def _answer(self, question: Sequence[Message], read: Callable[[str], T]) -> T:
        """What an answer says: a kept one, or one that is asked for and then kept. Unreadable ones are never kept."""
        kept = self._kept.get(question) if self._kept is not None else None
        if kept is not None:
            with suppress(UnreadableError):  # an older release may have read it less strictly
                return read(kept)
        answer = self._judge.ask(question)
        said = read(answer)
        if self._kept is not None:
            self._kept.add(question, answer)
        return said

    @abstractmethod
    def _score(self, source: str, hypothesis: str, spans: Sequence[Span]) -> float:
        """The segment's score, given its errors."""


class GembaMqm(_Gemba):
    """MQM by a language model: minus 25, 5, 1 for a critical, major, minor error, no lower than minus 25.

    Kocmi and Federmann 2023, https://aclanthology.org/2023.wmt-1.64/. 0 is a translation without marked errors. A
    segment whose answer is a refusal, cut off or not in the format has no score (NaN, flag gemba-error): never zero
    mistakes.

    Args:
        model: the judge's name at its endpoint. A judge must not be the system it judges.
        name: the column's name.
        pair: the languages, such as zh-en.
        base_url: an OpenAI-compatible endpoint; OpenAI's own by default.
        api_key_env: name of the environment variable that holds the key; null for endpoints without keys.
        temperature: 0 by default; null sends none.
        max_tokens: longest answer, or null.
        concurrency: questions in flight.
        timeout: seconds for one attempt.
        max_retries: further attempts for one question, paced by the SDK; 0 means one attempt.
        revision: what tells this state of the model from a later one of the same name.
        answers: folder where answers are kept between runs, so that no question is paid for twice; None keeps none.

    Raises:
        MissingExtraError: the openai package is not installed.
        UserError: the key's variable is not set.
    """

    protocol = "GEMBA-MQM"
    severities = MQM_SEVERITIES
    _WEIGHTS: ClassVar[Mapping[str, int]] = {"critical": 25, "major": 5, "minor": 1}

    def _score(self, source: str, hypothesis: str, spans: Sequence[Span]) -> float:
        return -float(min(25, sum(self._WEIGHTS[span.severity] for span in spans)))


class GembaEsa(_Gemba):
    """Error span annotation by a language model: it marks errors, then gives 0 to 100 with them in view.

    Kocmi et al. 2024, https://aclanthology.org/2024.wmt-1.131/. Parameters and failures as in GembaMqm; each segment
    takes two questions.
    """

    protocol = "GEMBA-ESA"
    severities = ESA_SEVERITIES

    def _score(self, source: str, hypothesis: str, spans: Sequence[Span]) -> float:
        marked = "\n".join(f'{s.severity}: {s.category} - "{s.text}"' for s in spans) or NO_ERROR
        return self._answer(score_prompt(self._pair, source, hypothesis, marked), read_score)
