"""The page on which a person reviews an alignment: values in, HTML out.

One file that needs no network and trusts no text: everything is escaped, what cannot be seen is shown by its code, and
the content security policy lets nothing run or load but the style and script of this page, by their hashes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from harness.corpus.ingest.result import IngestedDocument, IngestResult, Pair
from harness.corpus.segmentation.offsets import line_ranges
from harness.corpus.segmentation.paragraphs import Paragraph
from harness.corpus.segmentation.sentences import Sentence
from harness.pages import page, pieces, source, visible

_SURE = 0.9


def render_review(result: IngestResult) -> str:
    """The page beside the segments: both sides next to each other, with what is sure and what is not.

    Args:
        result: of an ingestion; every pair is shown, and what is in no segment is listed.

    Returns:
        A complete HTML document, UTF-8.
    """
    from markupsafe import Markup

    test_set = result.test_set
    title = test_set.info.title or test_set.name
    documents = "".join(_document(d, result, index) for index, d in enumerate(result.documents))
    body = (
        '<a class="skip" href="#pairs">Skip to the pairs</a>\n'
        f"{_header(result, _plain(title))}{_toolbar(result)}"
        f'<main id="pairs">\n{documents}</main>'
    )
    # Every value in `body` went through `_plain` or `_shown`.
    inert = Markup(body)  # noqa: S704
    style, script = source("harness.corpus.ingest", "review.css"), source("harness.corpus.ingest", "review.js")
    return page(f"Alignment of {title}", inert, style=style, script=script)


def _header(result: IngestResult, title: str) -> str:
    test_set = result.test_set
    total, scored = len(test_set.segments), len(test_set.scored)
    shapes = ", ".join(f"{count} of {shape}" for shape, count in result.shapes.items())
    healed = sum(d.healed for d in result.documents)
    facts = [
        ("Segments", f"{total}, of which {scored} are scored"),
        ("Pairs", shapes or "none"),
        ("Healed breaks", str(healed)),
        ("Layout", ", ".join(dict.fromkeys(d.layout for d in result.documents))),
        ("Threshold", f"{result.threshold:.2f}"),
    ]
    if result.flags:
        facts.insert(1, ("Flagged", ", ".join(f"{count} {_plain(flag)}" for flag, count in result.flags.items())))
    notes = [note for d in result.documents for note in d.notes]
    facts += [("Note", _plain(note)) for note in notes]
    items = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    language = _tag(test_set.pair.source)
    return (
        f'<header class="top">\n<p class="over">{_plain(test_set.name)} · {_plain(str(test_set.pair))}</p>\n'
        f'<h1 lang="{language}" dir="auto">{title}</h1>\n<dl class="facts">{items}</dl>\n</header>\n'
    )


def _toolbar(result: IngestResult) -> str:
    pairs = [(d, p) for d in result.documents for p in d.pairs]
    look = sum(_needs_a_look(p, result.threshold) for _, p in pairs)
    healed = sum(bool(_joints(d, p)) for d, p in pairs)
    uneven = sum(p.shape != "1:1" for _, p in pairs)
    choices = [
        ("all", "All", len(pairs)),
        ("look", "Needs a look", look),
        ("healed", "Healed", healed),
        ("uneven", "Not 1:1", uneven),
    ]
    radios = "".join(
        f'<label><input type="radio" name="show" value="{value}"{" checked" if value == "all" else ""}>'
        f"<span>{label} <b>{count}</b></span></label>"
        for value, label, count in choices
    )
    return (
        '<form class="bar" role="search" hidden>\n'
        f'<fieldset><legend class="unseen">Show</legend>{radios}</fieldset>\n'
        '<input type="search" name="find" aria-label="Search in both languages" placeholder="Search ( / )" '
        'autocomplete="off" spellcheck="false">\n'
        '<span class="steps"><button type="button" name="back" title="Previous that needs a look (p)">'
        '<span aria-hidden="true">↑</span><span class="unseen">Previous that needs a look</span></button>'
        '<button type="button" name="next" title="Next that needs a look (n)"><span aria-hidden="true">↓</span>'
        '<span class="unseen">Next that needs a look</span></button></span>\n'
        '<output name="count" aria-live="polite"></output>\n</form>\n'
    )


def _document(document: IngestedDocument, result: IngestResult, index: int) -> str:
    pair = result.test_set.pair
    name = f"<h2>{_plain(document.name)}</h2>\n" if len(result.documents) > 1 else ""
    rows = "".join(_row(document, p, result) for p in document.pairs)
    return (
        f'<section aria-label="{_plain(document.name)}">\n{name}'
        f'<div class="heads" aria-hidden="true"><span></span><span>{_language(pair.source)}</span>'
        f"<span>{_language(pair.target)}</span></div>\n{rows}{_removed(document, index)}</section>\n"
    )


def _row(document: IngestedDocument, pair: Pair, result: IngestResult) -> str:
    look = _needs_a_look(pair, result.threshold)
    joints = _joints(document, pair)
    source = [document.source[i] for i in pair.source]
    target = [document.target[j] for j in pair.target]
    band = _band(pair, result.threshold)
    classes = [band] + ["look"] * look + ["healed"] * bool(joints) + ["uneven"] * (pair.shape != "1:1")
    kind = source[0].kind.value if source else target[0].kind.value if target else "sentence"
    flags = "".join(f'<li class="flag">{_plain(flag)}</li>' for flag in sorted(pair.flags))
    notes = f'<li class="shape">{pair.shape}</li>' if pair.shape != "1:1" else ""
    notes += '<li class="by">by hand</li>' if pair.corrected else ""
    notes += f'<li class="kind">{kind}</li>' if kind != "sentence" else ""
    notes += "".join(f'<li class="joint">{how}</li>' for how in dict.fromkeys(joints))
    sure = "" if not source or not target else f'<span class="sure" title="Confidence">{pair.confidence:.2f}</span>'
    languages = result.test_set.pair
    return (
        f'<article class="{" ".join(classes)}" tabindex="-1" aria-label="{_plain(pair.id or "in no segment")}">\n'
        f'<div class="about"><code>{_plain(pair.id or "—")}</code>{sure}<ul>{flags}{notes}</ul></div>\n'
        f"{_side(source, document.source_paragraphs, languages.source, document)}"
        f"{_side(target, document.target_paragraphs, languages.target, document)}</article>\n"
    )


def _side(
    sentences: Sequence[Sentence], paragraphs: Sequence[Paragraph], language: str, document: IngestedDocument
) -> str:
    if not sentences:
        return f'<div class="side none"><p>no {_language(language)} counterpart</p></div>\n'
    kind = sentences[0].kind.value
    texts = "".join(f"<p>{''.join(_marked(s, paragraphs[s.paragraph]))}</p>" for s in sentences)
    places = "; ".join(
        f"{_plain(file)}, line{'s' if first != last else ''} {first}{f'–{last}' if first != last else ''}"
        for file, first, last in line_ranges(document.blocks, (s.stretch for s in sentences))
    )
    pages = list(dict.fromkeys(document.blocks[b].page for s in sentences for b in s.stretch.blocks))
    page = "".join(f", page {p}" for p in pages if p is not None)
    return (
        f'<div class="side {kind}" lang="{_tag(language)}" dir="auto">{texts}'
        f'<small lang="en" dir="ltr">{places}{page}</small></div>\n'
    )


def _marked(sentence: Sentence, paragraph: Paragraph) -> Iterator[str]:
    """A sentence's text with a mark at each healed place inside it."""
    whole = paragraph.text[sentence.start : sentence.end]
    start = sentence.start + len(whole) - len(whole.lstrip())
    end = start + len(whole.strip())
    at = start
    for joint in paragraph.joints:
        if start < joint.at < end:
            yield _shown(paragraph.text[at : joint.at])
            how = _plain(joint.how)
            yield f'<mark class="joint" title="{how} healed here"><span class="unseen">[{how}]</span></mark>'
            at = joint.at
    yield _shown(paragraph.text[at:end])


def _joints(document: IngestedDocument, pair: Pair) -> list[str]:
    """How the breaks inside a pair's sentences were healed."""
    sides = [(document.source[i], document.source_paragraphs) for i in pair.source]
    sides += [(document.target[j], document.target_paragraphs) for j in pair.target]
    return [j.how for s, paragraphs in sides for j in paragraphs[s.paragraph].joints if s.start < j.at < s.end]


def _removed(document: IngestedDocument, index: int) -> str:
    """What of the document is in no segment, by reason."""
    reasons: dict[str, list[str]] = {}
    for removed in document.removed:
        text = removed.stretch.text
        if not text.strip():
            continue
        places = "; ".join(
            f"line{'s' if first != last else ''} {first}{f'–{last}' if first != last else ''}"
            for _, first, last in line_ranges(document.blocks, [removed.stretch])
        )
        item = f'<li><bdi dir="auto">{_shown(text)}</bdi> <small>{places}</small></li>'
        reasons.setdefault(removed.reason, []).append(item)
    if not reasons:
        return ""
    lists = "".join(
        f"<h4>{_plain(reason)} <b>{len(items)}</b></h4><ul>{''.join(items)}</ul>" for reason, items in reasons.items()
    )
    count = sum(len(items) for items in reasons.values())
    return (
        f'<details class="rest" id="rest-{index}"><summary>In no segment: {count} pieces of the document</summary>'
        f"{lists}</details>\n"
    )


def _needs_a_look(pair: Pair, threshold: float) -> bool:
    return not pair.corrected and (bool(pair.flags) or pair.confidence < threshold)


def _band(pair: Pair, threshold: float) -> str:
    """The colour of a row; it says nothing that its texts do not."""
    if not pair.source or not pair.target:
        return "missing"
    if pair.confidence < threshold:
        return "low"
    return "high" if pair.confidence >= _SURE else "fair"


def _language(tag: str) -> str:
    """What people call a language, where it is one of those this project is about."""
    return {"zh": "Chinese", "en": "English"}.get(tag.replace("_", "-").partition("-")[0], _plain(tag))


def _tag(language: str) -> str:
    return _plain(language.replace("_", "-"))


def _plain(text: str) -> str:
    """Text or an attribute's value, escaped; what acts or cannot be seen becomes a code in brackets."""
    return escape(visible(text), quote=True)


def _shown(text: str) -> str:
    """Text of the document, escaped; what acts or cannot be seen becomes a marked code."""
    return "".join(f'<span class="code">{piece}</span>' if coded else escape(piece) for piece, coded in pieces(text))
