"""A small run with everything that runs can have: two test sets, errors, ties, gaps, hostile texts."""

from __future__ import annotations

from harness.domain import (
    Comparison,
    Hypothesis,
    Kind,
    LangPair,
    MetricGap,
    MetricInfo,
    Outputs,
    Run,
    Segment,
    System,
    SystemScore,
    TestSet,
    TestSetInfo,
    Usage,
)

HOSTILE = (
    '=HYPERLINK("http://example.invalid","click")',
    "</script><script>document.title='pwned'</script>",
    "\u202eevil\u202c \u2066bidi\u2069 \x1b[31mred\x1b[0m \x07",
    'line\u2028separator\nnew line\r\nand\rreturn, "quotes"',
    "'=already quoted",
    "-3.5",
    "'tis plain",
    "\tTAB",
    "nul \x00 and lone \ud83d surrogate",
    "<img src=x onerror=\"document.title='pwned'\">",
)


def make_test_set(name: str, size: int, *, references: int = 1) -> TestSet:
    """`size` segments in two documents; the last one is truncated and so not scored."""
    segments = tuple(
        Segment(
            id=f"{name}-{i:03d}",
            document=f"doc-{i * 2 // size}",
            paragraph=i // 2 + 1,
            kind=Kind.TITLE if i == 0 else Kind.SENTENCE,
            source=f"第{i}句：数字经济发展。",
            flags=frozenset({"truncated"}) if i == size - 1 else frozenset(),
            confidence=0.5 + i / 100,
        )
        for i in range(size)
    )
    return TestSet(
        name=name,
        pair=LangPair("zh", "en"),
        segments=segments,
        references={
            f"ref{'AB'[r]}": tuple(f"Sentence {i}: the digital economy, {r}." for i in range(size))
            for r in range(references)
        },
        info=TestSetInfo(title=f"The test set {name}", files={"document.txt": "0" * 64}, ingest={"aligner": "length"}),
    )


def sample_run(run_id: str = "2026-01-02T03-04-05-sample", *, started: str = "2026-01-02T03:04:05Z") -> Run:
    """The run."""
    first, second = make_test_set("alpha", 12), make_test_set("beta", 4, references=2)
    systems = (
        System("gloss", "gloss", parameters={"dictionary": "cc-cedict"}),
        System("org/model:v1", "transformers", model="org/model", revision="abc", parameters={"beam": 4}),
        System("copy", "copy", timed=False, trap=True),
    )
    outputs = tuple(_outputs(t, s.name, k) for t in (first, second) for k, s in enumerate(systems))
    return Run(
        id=run_id,
        spec={"name": "sample", "metrics": ["bleu", "chrf"]},
        provenance={"started": started, "packages": {"sacrebleu": "2.6.0"}, "command": ["__main__.py", "run", "x" * 99],
                    "git": "0" * 40},
        test_sets=(first, second),
        systems=systems,
        outputs=outputs,
        scores=_scores(),
        comparisons=(
            Comparison(
                "alpha", "bleu", "gloss", "org/model:v1", -0.1 + 0.3, -1.5, 2.0, 0.25, 0.5, "holm", "bootstrap",
                "segment", 1000, 0, 11,
            ),
        ),
        gaps=(
            MetricGap(
                "comet",
                "The model Unbabel/wmt22-comet-da is not on this machine.",
                "harness prefetch comet",
                True,
            ),
        ),
        notes=("The test set alpha has 11 scored segments: differences below 9 BLEU cannot be seen.",),
        costs={("alpha", "org/model:v1"): {"seconds": 12.5, "segments_per_second": 0.96, "price": None}},
        timings={"translate": 1.25, "score": 0.5},
        metrics=(MetricInfo("bleu", "bleu"), MetricInfo("chrf", "chrf"), MetricInfo("comet", "comet")),
    )  # fmt: skip


def _outputs(tested: TestSet, system: str, k: int) -> Outputs:
    hypotheses = []
    for i, segment in enumerate(tested.segments):
        if system == "org/model:v1" and i == 3:
            hypotheses.append(Hypothesis(segment.id, error="=timeout after 5 attempts"))
        elif system == "org/model:v1":
            usage = Usage(seconds=0.1 * i, input_tokens=10, output_tokens=None)
            hypotheses.append(
                Hypothesis(segment.id, HOSTILE[i % len(HOSTILE)], raw="<think>…", flags=frozenset({"cleaned"}),
                           usage=usage)
            )  # fmt: skip
        else:
            hypotheses.append(Hypothesis(segment.id, segment.source if system == "copy" else f"gloss {i} economy"))
    bleu = tuple(None if not h.ok else 0.1 * k + i / 3 for i, h in enumerate(hypotheses))
    return Outputs(
        test_set=tested.name,
        system=system,
        hypotheses=tuple(hypotheses),
        flags=tuple(h.flags | ({"copied"} if system == "copy" else set()) for h in hypotheses),
        scores={"bleu": bleu} if tested.name == "beta" else {"bleu": bleu, "chrf": tuple(1e-17 * i for i in range(12))},
        notes={"bleu": tuple({"order": 4} if i == 1 else {} for i in range(len(hypotheses)))} if k == 1 else {},
    )


def _scores() -> tuple[SystemScore, ...]:
    rows: list[SystemScore] = []
    for name, n in (("alpha", 11), ("beta", 3)):
        for metric in ("bleu", "chrf"):
            signature = f"{metric}|nrefs:{1 if name == 'alpha' else 2}|seed:0"
            rows += [
                SystemScore(name, "gloss", metric, 1 / 3, 0.1, 0.7, n, 0, 1, 1, signature),
                SystemScore(name, "org/model:v1", metric, 31.4159, 29.0, 34.5, n - 1, 1, None, None, signature,
                            "1 segment has no hypothesis"),
                SystemScore(name, "copy", metric, 0.3, 0.05, 0.65, n, 0, 1, 1, signature),
            ]  # fmt: skip
    return tuple(rows)
