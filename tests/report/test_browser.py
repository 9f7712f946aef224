"""The page in a real browser: what a reader does, and what hostile text must not do."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.report.page.report_page import render, render_all
from tests.browsing import IN_A_BROWSER, started_browser
from tests.samples import HOSTILE, sample_run

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    yield from started_browser()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render(sample_run()), encoding="utf-8")
    return path


class Visit:
    """An opened page with everything that went over its console and wires."""

    def __init__(self, browser: Browser, width: int = 1280, scheme: str = "light") -> None:
        assert scheme in {"light", "dark"}
        self._context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
        )
        self.page: Page = self._context.new_page()
        self.console: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.console.append(message.text))
        self.page.on("pageerror", lambda error: self.console.append(str(error)))
        self.page.on("dialog", lambda dialog: self.console.append(f"dialog {dialog.message}"))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def open(self, path: Path, fragment: str = "") -> Page:
        self.page.goto(path.as_uri() + fragment)
        self.page.wait_for_selector("html[data-ready]")
        return self.page

    def close(self) -> None:
        self._context.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    visit = Visit(browser)
    yield visit
    visit.close()


def _column(page: Page, cells: str) -> list[str]:
    return [text.strip() for text in page.locator(cells).all_inner_texts()]


def test_the_console_is_clean_and_no_request_leaves(visit: Visit, report: Path) -> None:
    page = visit.open(report)
    page.locator(".row").first.click()
    page.locator("#everyone").check()
    page.wait_for_timeout(300)
    assert visit.console == []
    assert [u for u in visit.requests if not u.startswith(("file:", "data:", "blob:"))] == []


def test_boards_sort_by_any_column_with_missing_values_last(visit: Visit, report: Path) -> None:
    page = visit.open(report)
    table = "#board table >> nth=0 >> "
    page.locator(table + "th button >> text=bleu").click()
    assert [n.split("\n")[0] for n in _column(page, table + "tbody th")] == ["org/model:v1", "gloss", "copy"]
    assert page.locator(table + "th[aria-sort=descending]").count() == 1
    page.locator(table + "th button >> text=bleu").click()
    assert [n.split("\n")[0] for n in _column(page, table + "tbody th")] == ["copy", "gloss", "org/model:v1"]
    page.locator(table + "th button >> text=rank").click()
    assert _column(page, table + "tbody td:first-child") == ["1=", "1=", "–"]


def test_filters_narrow_the_list_and_clear_brings_all_back(visit: Visit, report: Path) -> None:
    page = visit.open(report)
    assert page.locator("#count").inner_text() == "12 of 12 segments"
    page.locator("#q").fill("第3句")
    assert _column(page, ".row .id") == ["alpha-003 ⚑"] or _column(page, ".row .id") == ["alpha-003"]
    page.locator("#q").fill("")
    page.locator("#doc").select_option(label="doc-1")
    assert page.locator("#count").inner_text() == "6 of 12 segments"
    page.locator("#kind").select_option(label="title")
    assert page.locator("#count").inner_text() == "0 of 12 segments"
    page.locator("#reset").click()
    page.locator("#flag").select_option(label="truncated")
    assert _column(page, ".row .id") == ["alpha-011 ⚑"]
    page.locator("#reset").click()
    page.locator("#errors-only").check()
    assert [i.split()[0] for i in _column(page, ".row .id")] == ["alpha-003"]
    page.locator("#reset").click()
    assert page.locator("#count").inner_text() == "12 of 12 segments"


def test_the_largest_loss_comes_first_and_swapping_turns_it_round(visit: Visit, report: Path) -> None:
    page = visit.open(report)
    page.locator("#system-a").select_option(label="gloss")
    page.locator("#system-b").select_option(label="copy")
    page.locator("#sort").select_option("loss")
    deltas = [float(t.replace("−", "-")) for t in _column(page, ".row .num:last-child") if t != "–"]
    assert deltas == sorted(deltas)
    assert all(d > 0 for d in deltas)
    page.locator("#swap").click()
    page.wait_for_function("document.querySelector('.row .num:last-child').textContent.startsWith('−')")


def test_a_segment_opens_with_words_that_differ_marked(visit: Visit, report: Path) -> None:
    page = visit.open(report)
    page.locator("#system-b").select_option(label="gloss")
    page.locator("#sort").select_option("document")
    page.locator(".row >> nth=1").click()
    detail = page.locator("#detail")
    detail.locator("text=gloss 1 economy").first.wait_for()
    assert detail.locator("p.text[lang=zh]").inner_text() == "第1句：数字经济发展。"
    assert "Sentence 1: the digital economy, 0." in detail.inner_text()
    hypothesis = detail.locator("p.text", has_text="gloss 1 economy")
    assert hypothesis.locator("ins").all_inner_texts() == ["gloss"]
    page.locator("#missing").check()
    detail.locator("del").first.wait_for()
    assert "Sentence" in " ".join(detail.locator("del").all_inner_texts())


def test_a_failed_segment_shows_its_error_and_no_text(visit: Visit, report: Path) -> None:
    page = visit.open(report, "#t=alpha&s=alpha-003&b=org%2Fmodel%3Av1&a=gloss")
    page.locator("#detail .error").wait_for()
    assert page.locator("#detail .error").inner_text() == "no hypothesis: =timeout after 5 attempts"


def test_a_permalink_leads_to_its_segment_systems_and_filters(visit: Visit, report: Path) -> None:
    page = visit.open(report, "#t=beta&s=beta-002&m=bleu&a=copy&b=gloss&f.d=1")
    page.locator("#detail h3 >> text=beta-002").wait_for()
    assert page.locator("#set").input_value() == "1"
    assert page.locator("#system-a option:checked").inner_text() == "copy"
    assert page.locator("#doc option:checked").inner_text() == "doc-1"
    link = page.locator("#detail a").get_attribute("href")
    assert link is not None
    visit.open(report, link)
    page.locator("#detail h3 >> text=beta-002").wait_for()
    page.evaluate("location.hash = 't=alpha&s=alpha-001'")
    page.locator("#detail h3 >> text=alpha-001").wait_for()


def test_the_list_is_driven_by_the_keyboard(visit: Visit, report: Path) -> None:
    page = visit.open(report)
    page.locator("#sort").select_option("document")
    page.locator("#list").focus()
    for key, expected in (
        ("ArrowDown", "alpha-000"),
        ("ArrowDown", "alpha-001"),
        ("End", "alpha-011"),
        ("Home", "alpha-000"),
    ):
        page.keyboard.press(key)
        page.locator(f"#detail h3 >> text={expected}").wait_for()
    assert page.locator("#list").get_attribute("aria-activedescendant") == "row-0"


def test_two_different_systems_are_chosen_at_first(visit: Visit, tmp_path: Path) -> None:
    run = sample_run()
    two = dataclasses.replace(
        run,
        spec={"baseline": "gloss"},
        systems=tuple(s for s in run.systems if s.name != "org/model:v1"),
        outputs=tuple(o for o in run.outputs if o.system != "org/model:v1"),
        scores=tuple(s for s in run.scores if s.system != "org/model:v1"),
        comparisons=(),
        costs={},
    )
    path = tmp_path / "report.html"
    path.write_text(render(two), encoding="utf-8")
    page = visit.open(path)
    chosen = {page.locator(f"#system-{x} option:checked").inner_text() for x in ("a", "b")}
    assert chosen == {"gloss", "copy"}


def test_the_tooltip_comes_with_focus_and_goes_with_escape(visit: Visit, report: Path) -> None:
    page = visit.open(report)
    page.locator("#board .score").first.focus()
    assert "signature: bleu|nrefs:1|seed:0" in page.locator("#tip").inner_text()
    page.keyboard.press("Escape")
    assert page.locator("#tip").is_hidden()


def test_a_difference_without_an_interval_is_shown_as_one(visit: Visit, tmp_path: Path) -> None:
    run = sample_run()
    bare = tuple(dataclasses.replace(c, ci_low=None, ci_high=None) for c in run.comparisons)
    path = tmp_path / "report.html"
    path.write_text(render(dataclasses.replace(run, comparisons=bare)), encoding="utf-8")
    page = visit.open(path)
    told = [cell.get_attribute("data-tip") or "" for cell in page.locator("#matrix td[data-tip]").all()]
    assert told
    assert all("(no interval)" in tip and "[" not in tip for tip in told)
    assert visit.console == []


def test_hostile_text_is_shown_and_does_nothing(visit: Visit, report: Path) -> None:
    page = visit.open(report, "#t=alpha&s=alpha-000&b=org%2Fmodel%3Av1&a=copy&f.o=document")
    page.locator("#list").focus()
    for segment in range(len(HOSTILE)):
        page.locator(f"#detail h3 >> text=alpha-{segment:03d}").wait_for()
        assert page.title() == "2026-01-02T03-04-05-sample - translation report"
        assert page.locator("#detail script, #detail img, #detail iframe").count() == 0
        text = page.locator("#detail").inner_text()
        assert not any(c in text for c in "\u202e\u202c\u2066\u2069\x1b\x07\u2028\x00")
        page.keyboard.press("ArrowDown")
    assert visit.console == []


def test_controls_are_spelt_out_in_the_explorer(visit: Visit, report: Path) -> None:
    page = visit.open(report, "#t=alpha&s=alpha-002&b=org%2Fmodel%3Av1&a=copy")
    page.locator("#detail .ctl").first.wait_for()
    assert "U+202E" in page.locator("#detail .ctl").all_inner_texts()
    assert "U+001B" in page.locator("#detail .ctl").all_inner_texts()


def test_an_old_browser_unpacks_the_data_itself(visit: Visit, report: Path) -> None:
    visit.page.add_init_script("delete window.DecompressionStream; delete Uint8Array.fromBase64;")
    page = visit.open(report, "#t=alpha&s=alpha-001&b=org%2Fmodel%3Av1&a=copy")
    page.locator("#detail h3 >> text=alpha-001").wait_for()
    assert HOSTILE[1] in page.locator("#detail").inner_text()
    assert visit.console == []


@pytest.mark.parametrize("width", [360, 1024])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_screen_and_text_has_contrast(
    browser: Browser, report: Path, width: int, scheme: str
) -> None:
    visit = Visit(browser, width, scheme)
    page = visit.open(report, "#t=alpha&s=alpha-002&b=org%2Fmodel%3Av1&a=copy")
    page.locator("#detail h3").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(_CONTRAST) == []
    visit.close()


def test_a_board_over_runs_opens_clean(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(
        render_all([sample_run("one"), sample_run("two", started="2027-01-01T00:00:00Z")]), encoding="utf-8"
    )
    page = visit.open(path)
    assert page.locator("#runs a").all_inner_texts() == ["two", "one"]
    assert page.locator("#scatter svg").count() == 1
    assert visit.console == []


@pytest.mark.loopback
def test_a_served_board_reloads_when_a_run_lands(visit: Visit, tmp_path: Path) -> None:
    from harness.cli.report_site import make_server
    from harness.store.runs import write_run

    write_run(sample_run("first", started="2026-01-01T00:00:00Z"), tmp_path)
    server = make_server(tmp_path, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        with visit.page.expect_response(address + "version"):
            visit.page.goto(address)
        write_run(sample_run("second", started="2026-02-01T00:00:00Z"), tmp_path)
        visit.page.locator("#runs a >> text=second").click()
        visit.page.wait_for_selector(".row")
        assert visit.page.url == address + "second/report.html"
        assert visit.console == []
        assert {u.removeprefix(address) for u in visit.requests} <= {"", "version", "second/report.html", "data:,"}
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# ruff: noqa: E501
# WCAG 2.2, 1.4.3: 4.5 to 1 for every visible text against the first opaque background behind it.
_CONTRAST = """() => {
  const rgba = (c) => { const m = c.match(/[\\d.]+/g).map(Number); return [m[0], m[1], m[2], m[3] ?? 1]; };
  const light = ([r, g, b]) => { const f = [r, g, b].map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2]; };
  const behind = (e) => { for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c; } return [255, 255, 255, 1]; };
  const bad = [];
  for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || !e.getClientRects().length || e.closest("svg, script, .skip")) continue;
    const a = light(rgba(getComputedStyle(e).color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.push(`${e.tagName}.${e.className} ${e.textContent.slice(0, 20)} ${ratio.toFixed(2)}`);
  }
  return bad;
}"""
