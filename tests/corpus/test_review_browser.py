"""The review page in a real browser, from disk: filters, search, keys; nothing is fetched, nothing hostile runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.corpus.ingest.build import IngestOptions, ingest
from harness.corpus.ingest.review import render_review
from harness.corpus.readers.document import plain_document
from harness.domain.corpus import LangPair
from tests.browsing import IN_A_BROWSER, started_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TEXT = """# 主席声明

亚太经合组织（APEC）于2024年11月举行会议。<script>document.title='pwned'</script>
各方同意加强合作。
这一句没有译文，谁也没有翻译过它的任何一个字。

# Chair's Statement

The Asia-Pacific Economic Cooperation (APEC) held a meeting in November 2024.
<img src=x onerror="document.title='pwned'">
The parties agreed to strengthen cooperation.
"""

pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    yield from started_browser()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    document = plain_document(TEXT, "document.txt", sha256="0" * 64)
    result = ingest("apec", [[document]], IngestOptions(pair=LangPair("zh", "en")))
    assert any(p.flags for d in result.documents for p in d.pairs)
    page = tmp_path_factory.mktemp("review") / "alignment.html"
    page.write_text(render_review(result), encoding="utf-8")
    return page


def visit(browser: Browser, path: Path, width: int, scheme: str = "light") -> tuple[Page, list[str]]:
    """The opened page, and everything that it asked for or complained about."""
    page = browser.new_page(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.on("console", lambda message: seen.append(message.text))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.goto(path.as_uri())
    return page, [line for line in seen if not line.startswith(("file:", "data:"))]


@pytest.mark.parametrize("width", [360, 1024, 1600])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_quietly_and_never_wider_than_the_screen(
    browser: Browser, path: Path, width: int, scheme: str
) -> None:
    page, complaints = visit(browser, path, width, scheme)
    assert complaints == []
    assert page.title() == "Alignment of 主席声明"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


def test_filter_search_and_keys(browser: Browser, path: Path) -> None:
    page, _ = visit(browser, path, 1024)
    rows = page.locator("article:visible")
    total = rows.count()
    page.get_by_role("radio", name="Needs a look").check(force=True)
    assert 0 < rows.count() < total
    assert page.locator("article.look:visible").count() == rows.count()
    page.get_by_role("radio", name="All").check(force=True)
    page.keyboard.press("/")
    page.keyboard.type("cooperation PARTIES")
    assert rows.count() == 1
    assert page.locator("output").inner_text() == f"1 of {total} pairs"
    page.keyboard.press("Escape")
    assert rows.count() == total
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.classList.contains('look')")
    page.close()
