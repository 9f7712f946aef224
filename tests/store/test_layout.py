from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.store.paths import file_names, safe_name


@given(st.text(max_size=30))
def test_safe_names_are_reversible(name: str) -> None:
    safe = safe_name(name)
    assert ("" if safe == "%" else unquote(safe, errors="surrogatepass")) == name


@given(st.text(max_size=30))
def test_safe_names_are_safe(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert not set(safe) & set('/\\:*?"<>|~\0\n')
    assert not safe.startswith((".", " "))
    assert not safe.endswith((".", " "))


@pytest.mark.parametrize("name", ["gloss", "Online-A", "gpt-4o", "opus-mt zh+en", "翻译系统"])
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize("name", ["CON", "nul.txt", "..", "", "a/b", "x:y", "~home", "50%"])
def test_dangerous_names_change(name: str) -> None:
    assert safe_name(name) != name


def test_names_that_differ_in_case_alone_get_different_files() -> None:
    files = file_names(["NLLB", "nllb", "Nllb", "x" * 500, "x" * 501])
    assert files["NLLB"] == "NLLB"
    assert len({f.casefold() for f in files.values()}) == 5
    assert all(len(f.encode()) < 200 for f in files.values())
