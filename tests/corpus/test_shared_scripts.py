"""Languages that share a script: what the user said holds, unless the letters of the files say otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.corpus.segmentation.line_language import side_of_file
from harness.corpus.testset.references_folder import load_test_set
from harness.domain import LangPair
from tests.cli.command import harness

TEXTS = {
    "zh": """\
2024年论坛在乌镇举行。
37个国家的代表参加了会议。
会议通过了三项决议。
各方同意加强数字合作，共同推动全球发展，让更多国家受益。
""",
    "ja": """\
2024年のフォーラムは烏鎮で開催された。
37か国の代表が会議に参加した。
会議は三つの決議を採択した。
各国はデジタル協力を強化し、世界の発展を共に進め、より多くの国に利益をもたらすことで合意した。
""",
    "ko": """\
2024년 포럼은 우전에서 열렸다.
37개국의 대표가 회의에 참가하였다.
회의는 세 가지 결의를 채택하였다.
각국은 디지털 협력을 강화하고 세계의 발전을 함께 추진하여 더 많은 나라가 혜택을 보게 하기로 합의하였다.
""",
    "ru": """\
Форум 2024 года состоялся в Учжэне.
В заседании участвовали представители 37 стран.
Заседание приняло три решения.
Стороны согласились укреплять сотрудничество, чтобы выгоды получили и другие.
""",
    "uk": """\
Форум 2024 року відбувся в Учжені.
У засіданні взяли участь представники 37 країн.
Засідання ухвалило три рішення.
Сторони погодилися зміцнювати співпрацю, щоб вигоди отримали й інші.
""",
    "bg": """\
Форумът през 2024 г. се проведе в Учжен.
В заседанието участваха представители на 37 държави.
Заседанието прие три решения.
Страните се съгласиха да засилят сътрудничеството, за да имат полза и другите.
""",
    "en": """\
The 2024 forum was held in Wuzhen.
Delegates of 37 countries attended the meeting.
The meeting adopted three resolutions.
All sides agreed to strengthen digital cooperation, so that more countries benefit.
""",
    "de": """\
Das Forum 2024 fand in Wuzhen statt.
Delegierte aus 37 Ländern nahmen an der Sitzung teil.
Die Sitzung nahm drei Beschlüsse an.
Alle wollten die digitale Zusammenarbeit stärken, damit mehr Länder davon profitieren.
""",
}
PAIRS = ("zh-ja", "ja-zh", "zh-ko", "ko-ja", "zh-ru", "ru-uk", "uk-ru", "ru-bg", "bg-uk", "en-ru", "ja-en", "de-ja")


def files(folder: Path, pair: str) -> tuple[Path, Path]:
    for language in pair.split("-"):
        (folder / f"text-of-{language}-side.txt").write_text(TEXTS[language], encoding="utf-8")
    first, second = (folder / f"text-of-{language}-side.txt" for language in pair.split("-"))
    return first, second


@pytest.mark.parametrize("pair", PAIRS)
def test_letters_tell_files_apart(pair: str) -> None:
    languages = LangPair.parse(pair)
    assert side_of_file(TEXTS[languages.source].split("\n"), languages) == "source"
    assert side_of_file(TEXTS[languages.target].split("\n"), languages) == "target"


@pytest.mark.parametrize("pair", ["en-de", "de-en"])
def test_languages_that_share_their_letters_are_not_told(pair: str) -> None:
    assert [side_of_file(TEXTS[language].split("\n"), LangPair.parse(pair)) for language in ("en", "de")] == [
        None,
        None,
    ]


@pytest.mark.parametrize("pair", ["zh-ja", "zh-ko", "zh-ru", "ru-uk", "en-de", "de-en"])
def test_two_files_in_order_are_read(tmp_path: Path, pair: str) -> None:
    done = harness("ingest", *files(tmp_path, pair), "--name", "x", "--output", tmp_path / "out", "--pair", pair)
    assert done.code == 0, done.err
    found = load_test_set(tmp_path / "out" / "x")
    source, target = (TEXTS[language].split("\n")[0] for language in pair.split("-"))
    assert (found.segments[0].source, found.references["refA"][0]) == (source, target)


@pytest.mark.parametrize("pair", ["zh-ja", "ru-uk", "en-ru"])
def test_two_files_the_other_way_round_are_turned(tmp_path: Path, pair: str) -> None:
    first, second = files(tmp_path, pair)
    done = harness("ingest", second, first, "--name", "x", "--output", tmp_path / "out", "--pair", pair)
    assert done.code == 0, done.err
    found = load_test_set(tmp_path / "out" / "x")
    assert found.segments[0].source == TEXTS[pair.split("-", maxsplit=1)[0]].split("\n")[0]


def test_two_files_of_one_language_are_refused(tmp_path: Path) -> None:
    first, second = files(tmp_path, "zh-ja")
    done = harness("ingest", second, second, "--name", "x", "--output", tmp_path / "out", "--pair", "zh-ja")
    assert done.code == 2
    assert "Both files are in 'ja'; none is in 'zh'." in done.err
    assert first.is_file()
