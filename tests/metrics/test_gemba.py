"""A language model as the judge: strict about answers, isolated in its failures."""

from __future__ import annotations

import base64
import json
import urllib.parse
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain import ScoringUnit
from harness.errors import ConfigError, InputError, MetricError, UserError
from harness.metrics.gemba import GembaEsa, GembaMqm
from harness.metrics.gemba.annotations import UnreadableError, read_score, read_spans
from harness.metrics.gemba.questions import ESA_SEVERITIES, MQM_SEVERITIES, LanguageNames, spans_prompt
from tests.metrics.chat_server import judging, says


def _says_always(status: int, reply: dict[str, Any], _: object) -> tuple[int, dict[str, Any]]:
    return status, reply


CLEAN = "Critical:\nno-error\nMajor:\nno-error\nMinor:\nno-error"


def test_errors_are_read_with_severity_category_and_place() -> None:
    answer = (
        'Critical:\nno-error\nMajor:\naccuracy/mistranslation - "closed"\n- accuracy/omission - "of the year"\n'
        "Minor:\nfluency/grammar - “the meeting are”"
    )
    spans = read_spans(answer, "Today the meeting are closed.", MQM_SEVERITIES)
    assert [(s.severity, s.category, s.text, s.start, s.end) for s in spans] == [
        ("major", "accuracy/mistranslation", "closed", 22, 28),
        ("major", "accuracy/omission", "of the year", None, None),
        ("minor", "fluency/grammar", "the meeting are", 6, 21),
    ]


@pytest.mark.parametrize(
    "answer",
    [CLEAN, f"<think>Is it good? Major: yes.</think>\n{CLEAN}", f"```\n{CLEAN}\n```", CLEAN.replace("C", "**C")],
)
def test_no_error_everywhere_is_no_error(answer: str) -> None:
    assert read_spans(answer, "text", MQM_SEVERITIES) == ()


@pytest.mark.parametrize(
    "answer",
    [
        "I'm sorry, I can't help with that.",
        "",
        "no-error",
        "Critical:\nno-error\nMajor:\nno-error",
        "Critical:\nMajor:\nno-error\nMinor:\nno-error",
        "Major:\nno-error\nCritical:\nno-error\nMinor:\nno-error",
        f"{CLEAN}\nI hope this helps!",
        f"{CLEAN}\nMinor:\nno-error",
        CLEAN.replace("Minor:\nno-error", "Minor:\nthe word order is odd"),
        CLEAN.replace("Minor:\nno-error", 'Minor:\nbeauty - "odd"'),
        f"<think>never closed {CLEAN}",
    ],
)
def test_what_is_no_answer_is_an_error_not_zero_mistakes(answer: str) -> None:
    with pytest.raises(UnreadableError):
        read_spans(answer, "text", MQM_SEVERITIES)


@given(st.text(max_size=60))
def test_chatter_is_never_a_clean_bill(text: str) -> None:
    try:
        spans = read_spans(text, "text", ESA_SEVERITIES)
    except UnreadableError:
        return
    assert spans or text.lower().count("no-error") >= 2


@pytest.mark.parametrize(("answer", "score"), [("85", 85.0), (" Score: 7.5/100.", 7.5), ("**100**", 100.0)])
def test_scores_are_numbers_alone(answer: str, score: float) -> None:
    assert read_score(answer) == score


@pytest.mark.parametrize("answer", ["between 70 and 80", "85 or so", "101", "-5", "", "eighty"])
def test_other_scores_are_errors(answer: str) -> None:
    with pytest.raises(UnreadableError):
        read_score(answer)


def test_the_worked_examples_follow_the_format_that_is_asked_for() -> None:
    for severities in (MQM_SEVERITIES, ESA_SEVERITIES):
        messages = spans_prompt(LanguageNames("Chinese", "English"), "甲", "A", severities)
        assert [m["role"] for m in messages] == ["system", *["user", "assistant"] * 3, "user"]
        found = [read_spans(m["content"], "", severities) for m in messages if m["role"] == "assistant"]
        assert [len(spans) for spans in found] == [3, 0, 3]


def unit(hypothesis: str, system: str = "a") -> ScoringUnit:
    return ScoringUnit(
        system, "t", hypothesis, "d", "会议在北京举行。", hypothesis, ("The meeting was held in Beijing.",)
    )


def reply(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """What a judge would say: by the text it is asked about, in the format of the protocol it is asked by."""
    question = body["messages"][-1]["content"]
    if question.startswith("Rate a translation"):
        return says("40" if "mistranslation" in question else "98")
    critical = "Critical:\nno-error\n" if "'Critical:'" in question else ""
    if "Tokyo" in question:
        return says(f'{critical}Major:\naccuracy/mistranslation - "Tokyo"\nMinor:\nfluency/punctuation - "!"')
    odd = {
        "refuse": says(None, refusal="I cannot do that."),
        "length": says(critical, finish_reason="length"),
        "chatter": says("It looks perfect to me, no errors at all!"),
        "broken": (400, {"error": {"message": "no such model for key sk-very-secret"}}),
    }
    clean = says(f"{critical}Major:\nno-error\nMinor:\nno-error")
    return next((answer for word, answer in odd.items() if word in question), clean)


loopback = [pytest.mark.loopback, pytest.mark.allow_hosts(["127.0.0.1"])]
GOOD, BAD = "The meeting was held in Beijing.", "The meeting was held in Tokyo!"
pytest.importorskip("openai", reason="needs the extra openai")


class TestOverHttp:
    pytestmark = loopback

    @pytest.fixture(autouse=True)
    def key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("JUDGE_KEY", "sk-very-secret")

    def test_mqm_weighs_severities_and_keeps_the_spans(self) -> None:
        with judging(reply) as (url, asked):
            metric = GembaMqm(model="judge", base_url=url, api_key_env="JUDGE_KEY")
            stats = metric.segment_stats([unit(GOOD), unit(BAD), unit(GOOD, "b")])
            assert stats[:, 0].tolist() == [0.0, -6.0, 0.0]
            assert metric.aggregate(stats.sum(0)) == -2.0
            spans = metric.explain([unit(BAD)])[0]["error_spans"]
            assert spans == [
                {"severity": "major", "category": "accuracy/mistranslation", "text": "Tokyo", "start": 24, "end": 29},
                {"severity": "minor", "category": "fluency/punctuation", "text": "!", "start": 29, "end": 30},
            ]
            assert len(asked) == 2  # the same text of two systems is one question
            assert asked[0]["temperature"] == 0.0
            assert asked[0]["authorization"] == "Bearer sk-very-secret"

    def test_esa_asks_for_errors_and_then_for_a_score(self) -> None:
        with judging(reply) as (url, asked):
            metric = GembaEsa(model="judge", base_url=url, api_key_env=None, concurrency=1)
            assert metric.segment_stats([unit(GOOD), unit(BAD)])[:, 0].tolist() == [98.0, 40.0]
            assert 'major: accuracy/mistranslation - "Tokyo"' in asked[3]["messages"][0]["content"]

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("refuse", "refused: I cannot do that."),
            ("length", "finish_reason length"),
            ("chatter", "does not follow the format"),
            ("broken", "status 400"),
        ],
    )
    def test_a_segment_without_an_answer_is_lost_alone(self, text: str, why: str) -> None:
        with judging(reply) as (url, _):
            metric = GembaMqm(model="judge", base_url=url, api_key_env="JUDGE_KEY", max_retries=0)
            units = [unit(GOOD), unit(text), unit(" ")]
            stats = metric.segment_stats(units)
            assert np.isnan(stats[1:]).all()
            assert stats[0, 0] == 0.0
            notes = metric.explain(units)
            assert notes[1]["flags"] == ["gemba-error"]
            assert why in str(notes[1]["error"])
            assert "sk-very-secret" not in str(notes)
            assert notes[2]["flags"] == ["gemba-blank"]
            with pytest.raises(MetricError, match="no readable answer to any segment"):
                GembaMqm(model="judge", base_url=url, api_key_env=None, max_retries=0).segment_stats([unit(text)])

    @pytest.mark.parametrize("status", [400, 404])
    def test_a_key_that_the_endpoint_repeats_is_shown_in_no_spelling(
        self, status: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        key = 'cAnArY/7f+3="9&_xyz'
        spelled = {
            "plain": key,
            "percent-encoded": urllib.parse.quote(key, safe=""),
            "base64": base64.b64encode(key.encode()).decode().rstrip("="),
            "base64 behind a name": base64.b64encode(f"user:{key}".encode()).decode(),
            "JSON": json.dumps(key)[1:-1],
            "hex": key.encode().hex(),
        }
        monkeypatch.setenv("JUDGE_KEY", key)
        for how, text in spelled.items():
            # At the place where a long message is cut as well: half a key is still a key's half.
            for before in ("", "x" * 150, "x" * 170):
                message = {"error": {"message": f"{before} bad request with {text}"}}
                with judging(partial(_says_always, status, message)) as (url, _):
                    metric = GembaMqm(model="judge", base_url=url, api_key_env="JUDGE_KEY", max_retries=0)
                    with pytest.raises(MetricError, match=f"status {status}") as caught:
                        metric.segment_stats([unit(GOOD)])
                    said = str(caught.value) + str(metric.explain([unit(GOOD)]))
                # Base64 behind a name begins with the name, which is no secret.
                core = text[8:-4] if how == "base64 behind a name" else text
                assert core not in said, how
                assert core[:8] not in said, how

    def test_a_refused_key_ends_it_at_once(self) -> None:
        with judging(lambda _: (401, {"error": {"message": "bad key"}})) as (url, asked):
            metric = GembaMqm(model="judge", base_url=url, api_key_env="JUDGE_KEY", concurrency=1)
            with pytest.raises(MetricError, match=r"refuses this key \(401\)"):
                metric.segment_stats([unit(f"{GOOD} {i}") for i in range(20)])
            assert len(asked) < 5

    def test_what_failed_is_asked_again_and_what_is_known_is_not(self) -> None:
        broken = True

        def moody(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
            if broken and "Tokyo" in body["messages"][-1]["content"]:
                return says("no idea")
            return reply(body)

        with judging(moody) as (url, asked):
            metric = GembaMqm(model="judge", base_url=url, api_key_env=None)
            assert np.isnan(metric.segment_stats([unit(GOOD), unit(BAD)])[1]).all()
            broken = False
            assert metric.segment_stats([unit(GOOD), unit(BAD)])[:, 0].tolist() == [0.0, -6.0]
            assert len(asked) == 3

    def test_kept_answers_are_not_asked_for_again(self, tmp_path: Path) -> None:
        def judge(url: str, **changed: Any) -> GembaEsa:
            settings = {"model": "judge", "base_url": url, "api_key_env": None, "answers": str(tmp_path / "kept")}
            return GembaEsa(**{**settings, **changed})

        units = [unit(GOOD), unit(BAD), unit("chatter")]
        with judging(reply) as (url, asked):
            first = judge(url).segment_stats(units)
            assert first[:2, 0].tolist() == [98.0, 40.0]
            assert len(asked) == 5
            again = judge(url)
            assert np.array_equal(again.segment_stats(units), first, equal_nan=True)
            assert len(asked) == 6, "only what had no readable answer is asked for again"
            assert again.explain(units)[1]["error_spans"]
            judge(url, revision="later").segment_stats(units[:1])
            judge(url, temperature=0.5).segment_stats(units[:1])
            assert len(asked) == 10, "another state of the model, and other sampling, are other judges"
            # A run that was killed while it wrote.
            kept = max((tmp_path / "kept").iterdir(), key=lambda path: path.stat().st_size)
            kept.write_bytes(kept.read_bytes()[:-9])
            assert np.array_equal(judge(url).segment_stats(units[:2]), first[:2])
            assert np.array_equal(judge(url).segment_stats(units[:2]), first[:2])
            assert len(asked) == 11, "one answer was lost, and asked for once"

    def test_kept_answers_that_are_damaged_are_named(self, tmp_path: Path) -> None:
        with judging(reply) as (url, _):
            GembaMqm(model="judge", base_url=url, api_key_env=None, answers=str(tmp_path)).segment_stats([unit(GOOD)])
            kept = next(tmp_path.iterdir())
            kept.write_text('{"question": 1\n' + kept.read_text("utf-8"), encoding="utf-8")
            with pytest.raises(InputError, match="line 1: this is not a kept answer"):
                GembaMqm(model="judge", base_url=url, api_key_env=None, answers=str(tmp_path))
            (tmp_path / "file").write_text("", encoding="utf-8")
            with pytest.raises(UserError, match="cannot be kept"):
                GembaMqm(model="judge", base_url=url, api_key_env=None, answers=str(tmp_path / "file" / "in"))


def test_the_signature_names_judge_prompts_and_languages() -> None:
    metric = GembaMqm(model="judge-7b", base_url="http://127.0.0.1:1/v1", api_key_env=None, revision="2026-01-01")
    signature = metric.signature(1)
    assert str(signature).startswith("GEMBA-MQM|model:judge-7b|revision:2026-01-01|endpoint:127.0.0.1:1|pair:zh-en|")
    other = GembaMqm(model="judge-7b", base_url="http://127.0.0.1:1/v1", api_key_env=None, pair="de-en")
    assert other.signature(1).get("prompts") != signature.get("prompts")


def test_bad_settings_are_refused_kindly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    with pytest.raises(UserError, match="NO_SUCH_KEY"):
        GembaMqm(model="judge", api_key_env="NO_SUCH_KEY")
    with pytest.raises(ConfigError, match="base_url"):
        GembaMqm(model="judge", base_url="judge.example", api_key_env=None)
    with pytest.raises(ConfigError, match="holds credentials"):
        GembaMqm(model="judge", base_url="http://me:word@judge.example", api_key_env=None)
    with pytest.raises(ConfigError, match="concurrency"):
        GembaMqm(model="judge", api_key_env=None, concurrency=0)
