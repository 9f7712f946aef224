"""BLEU's tokenizer follows the target language, as `sacrebleu -l` does; where it cannot, the column says so."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from sacrebleu.metrics.bleu import BLEU

import harness
from harness import LangPair, MetricSpec, Segment, TestSet
from harness.domain import ScoringUnit
from harness.errors import ConfigError, MissingExtraError, MissingModelError, UserError
from harness.metrics.catalogue import create_for, metrics
from harness.metrics.lexical.tokenizers import tokenizer_for
from tests.cli.command import harness as command

TEXTS = {
    "zh": ("会议于星期一在北京举行，各国代表出席。", "会议星期一在北京召开，各国代表都出席了。"),
    "ja": ("会議は月曜日に北京で開催されました。", "会議が月曜日に北京で開かれました。"),
    "ko": ("회의는 월요일에 베이징에서 열렸다.", "회의가 월요일 베이징에서 열렸습니다."),
    "de": ("Das Treffen fand am Montag in Peking statt.", "Die Tagung fand am Montag in Peking statt."),
}
PACKAGES = {"ja": "MeCab", "ko": "mecab_ko"}


def needs(language: str) -> None:
    package = PACKAGES.get(language)
    if package is not None and importlib.util.find_spec(package) is None:
        pytest.skip(f"the extra [{language}] is not installed")


def made(pair: str, reference: str) -> TestSet:
    language = LangPair.parse(pair)
    segments = tuple(Segment(f"s{i}", "d", 1, "sentence", f"Source {i}.") for i in range(2))  # type: ignore[arg-type]
    return TestSet("t", language, segments, {"refA": (reference, reference)})


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("form", ["{}", "{}-XX"])
def test_bleu_is_sacrebleus_for_the_language(language: str, form: str) -> None:
    needs(language)
    reference, output = TEXTS[language]
    pair = f"en-{form.format(language)}"
    run = harness.evaluate(made(pair, reference), {"a": [output, reference]}, metrics=["bleu"])
    scorer = BLEU(trg_lang=language)
    expected = scorer.corpus_score([output, reference], [[reference, reference]])
    assert run.scores[0].score == pytest.approx(expected.score, abs=1e-9)
    tokenizer = scorer.get_signature().info["tok"]
    assert f"tok:{tokenizer}" in run.scores[0].signature


#: `sacrebleu -l en-zh r.zh -i h.zh -m bleu -b -w 4`, sacreBLEU 2.6.0, and the same for ja and ko (mecab-python3 1.0.12,
#: mecab-ko 1.0.3), over two lines each: the output and the reference of TEXTS against the reference twice.
GOLDEN = {"zh": 74.4324, "ja": 73.7696, "ko": 62.8517, "de": 86.3340}


@pytest.mark.parametrize("language", GOLDEN)
def test_golden_numbers(language: str) -> None:
    needs(language)
    reference, output = TEXTS[language]
    run = harness.evaluate(made(f"en-{language}", reference), {"a": [output, reference]}, metrics=["bleu"])
    assert run.scores[0].score == pytest.approx(GOLDEN[language], abs=5e-5)


def test_the_table_is_sacrebleus_own() -> None:
    own: dict[str, str] = BLEU._TOKENIZER_MAP
    assert {language: tokenizer_for(language) for language in own} == own
    assert BLEU.TOKENIZER_DEFAULT == "13a"


@pytest.mark.parametrize(
    ("code", "tokenizer"),
    [
        ("zh", "zh"),
        ("zh_CN", "zh"),
        ("zh-Hant-TW", "zh"),
        ("zho_Hans", "zh"),
        ("cmn", "zh"),
        ("yue", "zh"),
        ("jpn", "ja-mecab"),
        ("ja-JP", "ja-mecab"),
        ("kor_Hang", "ko-mecab"),
        ("en", "13a"),
        ("deu", "13a"),
        ("th", "13a"),
        ("xx", "13a"),
    ],
)
def test_codes_as_people_write_them(code: str, tokenizer: str) -> None:
    assert tokenizer_for(code) == tokenizer


def test_each_pair_of_a_run_has_its_own() -> None:
    from harness.pipeline.score import build_metrics

    pairs = [LangPair("en", "zh"), LangPair("en", "de")]
    built, gaps = build_metrics([MetricSpec("bleu", "bleu"), MetricSpec("chrf", "chrf")], pairs)
    assert not gaps
    said = {pair.target: str(measures[0].signature(1)) for pair, measures in built.items()}
    assert "tok:zh" in said["zh"]
    assert "tok:13a" in said["de"]
    assert built[pairs[0]][1] is built[pairs[1]][1]


def test_a_missing_package_empties_the_column_of_its_pair_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from harness.pipeline.score import build_metrics

    monkeypatch.setitem(__import__("sys").modules, "MeCab", None)
    monkeypatch.setitem(__import__("sys").modules, "sacrebleu.tokenizers.tokenizer_ja_mecab", None)
    pairs = [LangPair("en", "ja"), LangPair("en", "de")]
    built, gaps = build_metrics([MetricSpec("bleu", "bleu")], pairs)
    assert (built[pairs[0]], len(built[pairs[1]])) == ([], 1)
    assert gaps[0].remedy == "pip install 'translation-harness[ja]'"
    with pytest.raises(MissingExtraError, match="ja-mecab"):
        create_for("bleu", "en-ja", "bleu", {})


@pytest.mark.parametrize(
    ("metric", "pair", "parameters", "said"),
    [
        ("bleu", "en-zh", {"tokenizer": "13a"}, "better is tokenizer: zh"),
        ("bleu", "en-ja", {"tokenizer": "intl"}, "better is tokenizer: ja-mecab"),
        ("bleu", "en-th", {}, "better is the metrics spbleu or chrf"),
        ("bleu", "en-km", {}, "Khmer is written without spaces"),
        ("bleu", "en-zh", {}, ""),
        ("bleu", "en-zh", {"tokenizer": "char"}, ""),
        ("bleu", "zh-en", {}, ""),
        ("ter", "en-zh", {}, "normalized: true with asian_support: true"),
        ("ter", "en-th", {}, "better is chrf"),
        ("ter", "en-zh", {"normalized": True, "asian_support": True}, ""),
        ("ter", "zh-en", {}, ""),
    ],
)
def test_what_says_little_in_a_language_says_so(metric: str, pair: str, parameters: dict[str, Any], said: str) -> None:
    caution = getattr(create_for(metric, pair, metric, parameters), "caution")  # noqa: B009 - of some metrics only
    assert said in caution
    assert bool(caution) is bool(said)


def test_asian_support_that_does_nothing_is_refused() -> None:
    with pytest.raises(ConfigError, match="'asian_support' does nothing without 'normalized'"):
        metrics.create("ter", asian_support=True)
    metrics.create("ter", asian_support=True, no_punct=True)


# --- metrics with parameters ----------------------------------------------------------------------------------------


def columns(*given: Any) -> list[MetricSpec]:
    from harness.config.metric_choice import chosen_metrics

    return list(chosen_metrics(given, metrics))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("bleu", MetricSpec("bleu", "bleu")),
        ("bleu:tokenizer=zh,lowercase=true", MetricSpec("bleu", "bleu", {"tokenizer": "zh", "lowercase": True})),
        ("lc=bleu:lowercase=true", MetricSpec("lc", "bleu", {"lowercase": True})),
        ("bleu:smoothing=none,max_order=2", MetricSpec("bleu", "bleu", {"smoothing": "none", "max_order": 2})),
        ("chrf:beta=3", MetricSpec("chrf", "chrf", {"beta": 3})),
        ("chrf:beta=1.5", MetricSpec("chrf", "chrf", {"beta": 1.5})),
        ("comet:model=C:\\models\\a, b=c.ckpt", MetricSpec("comet", "comet", {"model": "C:\\models\\a, b=c.ckpt"})),
        (
            "comet:model=/a,b/c:d,batch_tokens=4096",
            MetricSpec("comet", "comet", {"model": "/a,b/c:d", "batch_tokens": 4096}),
        ),
        ("scores:path=1234", MetricSpec("scores", "scores", {"path": "1234"})),
        ({"metric": "bleu", "lowercase": True, "name": "x"}, MetricSpec("x", "bleu", {"lowercase": True})),
        ({"metric": "ter", "optional": True}, MetricSpec("ter", "ter", {}, optional=True)),
        (MetricSpec("y", "bleu", {"max_order": 3}), MetricSpec("y", "bleu", {"max_order": 3})),
    ],
)
def test_a_metric_is_named_in_three_ways(given: Any, expected: MetricSpec) -> None:
    assert columns(given) == [expected]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("blue",), "did you mean 'bleu'"),
        (("bleu:tokeniser=zh",), "no parameter 'tokeniser'; did you mean 'tokenizer'"),
        (("bleu:lowercase=maybe",), "'lowercase' is 'maybe'"),
        (("bleu:max_order=2.5",), "'max_order' is '2.5'"),
        (("bleu:",), "does not name a metric"),
        (("=bleu",), "does not name a metric"),
        (("bleu:lowercase",), "is no parameter"),
        (("bleu:lowercase=true,lowercase=false",), "twice"),
        (("bleu", "bleu:lowercase=true"), "Two columns are named 'bleu'"),
        (({"metric": "bleu", "lower": True},), "no parameter 'lower'"),
        (({"metric": "bleu", "lowercase": "true"},), "'lowercase' is 'true'"),
        (({"name": "bleu"},), "A metric was given as"),
        ((7,), "A metric was given as 7"),
        ((MetricSpec("x", "bleu", {"lower": True}),), "no parameter 'lower'"),
    ],
)
def test_what_is_no_metric_is_refused(given: tuple[Any, ...], said: str) -> None:
    with pytest.raises((UserError, ConfigError)) as error:
        columns(*given)
    assert said in str(error.value)


def test_the_same_metric_twice_is_one_column() -> None:
    assert columns("bleu", "bleu", {"metric": "bleu"}) == [MetricSpec("bleu", "bleu")]


@pytest.fixture
def files(tmp_path: Path) -> list[Any]:
    reference, output = TEXTS["zh"]
    for name, lines in {"s.en": ("One.", "Two."), "r.zh": (reference,) * 2, "a.zh": (output, reference)}.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    inputs = ["--pair", "en-zh", "--source", tmp_path / "s.en", "-r", tmp_path / "r.zh"]
    return [*inputs, "--hypothesis", f"a={tmp_path / 'a.zh'}", "-o", tmp_path / "out"]


def test_score_takes_parameters_and_a_config(tmp_path: Path, files: list[Any]) -> None:
    done = command("score", *files, "-m", "bleu", "-m", "words=bleu:tokenizer=13a", "--json")
    assert done.code == 0
    assert '"tok:zh' in done.out.replace("|tok", '"tok')
    assert "better is tokenizer: zh" in done.out
    (tmp_path / "c.yaml").write_text("metrics:\n  - {metric: bleu, name: chars, tokenizer: char}\n", encoding="utf-8")
    done = command("score", *files, "--config", tmp_path / "c.yaml", "-m", "ter:normalized=true,asian_support=true")
    assert (done.code, "chars" in done.out, "ter" in done.out, "chrf" in done.out) == (0, True, True, False)
    (tmp_path / "d.yaml").write_text("metrics:\n  - {metric: bleu, lower: true}\n", encoding="utf-8")
    done = command("score", *files, "--config", tmp_path / "d.yaml")
    assert (done.code, "d.yaml, line 2" in done.err) == (2, True)
    assert not command("score", *files, "-m", "bleu:tokenizer=xyz").out


# --- spBLEU -------------------------------------------------------------------------------------------------------


@pytest.fixture
def model_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """sacreBLEU's folder, with a small SentencePiece model where that of flores200 belongs."""
    sentencepiece = pytest.importorskip("sentencepiece")
    folder = tmp_path / "sacrebleu" / "models"
    folder.mkdir(parents=True)
    text = tmp_path / "corpus.txt"
    text.write_text("\n".join(t for pair in TEXTS.values() for t in pair) * 20, encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text), model_prefix=str(tmp_path / "spm"), vocab_size=90, character_coverage=1.0, minloglevel=2
    )
    (tmp_path / "spm.model").rename(folder / "flores200sacrebleuspm")
    for module in ("sacrebleu.utils", "sacrebleu.tokenizers.tokenizer_spm"):
        monkeypatch.setattr(f"{module}.SACREBLEU_DIR", str(folder.parent))
    return folder


def test_spbleu_is_sacrebleus(model_folder: Path) -> None:
    units = [ScoringUnit("a", "t", str(i), "d", "", output, (ref,)) for i, (ref, output) in enumerate(TEXTS.values())]
    metric = metrics.create("spbleu")
    stats = metric.segment_stats(units)
    scorer = BLEU(tokenize="flores200")
    expected = scorer.corpus_score([u.hypothesis for u in units], [[u.references[0] for u in units]])
    assert float(metric.aggregate(stats.sum(axis=0))) == pytest.approx(expected.score, abs=1e-9)
    assert str(metric.signature(1)) == f"BLEU|{scorer.get_signature()}"


def test_spbleu_without_its_model_says_where_it_belongs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sentencepiece")
    monkeypatch.setattr("sacrebleu.utils.SACREBLEU_DIR", str(tmp_path))
    with pytest.raises(MissingModelError, match="flores200sacrebleuspm") as error:
        metrics.create("spbleu")
    assert "harness prefetch spbleu --model flores200" in (error.value.remedy or "")
    assert "tinyurl.com" in (error.value.remedy or "")
    with pytest.raises(ConfigError, match="'tokenizer' is '13a'"):
        metrics.create("spbleu", tokenizer="13a")


def test_prefetch_knows_the_model(model_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from harness.hub.fetch import Hub
    from harness.metrics.lexical.prefetching import SpBleuModel

    found = SpBleuModel().fetch(Hub(), "flores200", None)
    assert found[0].files[0].path == "flores200sacrebleuspm"
    assert found[0].path.is_file()
    with pytest.raises(ConfigError, match="'model' is 'flores300'"):
        SpBleuModel().fetch(Hub(), "flores300", None)


def test_prefetch_without_a_network_says_how_to_bring_the_file(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from harness.hub.fetch import Hub
    from harness.metrics.lexical.prefetching import SpBleuModel

    def refused(*_: object, **__: object) -> None:
        raise OSError("no route to host")

    monkeypatch.setattr("urllib.request.urlopen", refused)
    with pytest.raises(MissingModelError, match="cannot be downloaded") as error:
        SpBleuModel().fetch(Hub(), "flores101", None)
    assert "on another machine" in (error.value.remedy or "")
    assert not list(model_folder.glob("*.part"))
