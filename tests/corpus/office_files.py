"""Small office files, made as their programs make them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" office:version="1.3"'
)


def archive(members: Mapping[str, str | bytes]) -> bytes:
    """A zip archive; the first member is stored, as a media type must be."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return data.getvalue()


def _manifest(media: str) -> str:
    entry = f'<m:file-entry m:full-path="/" m:media-type="{media}"/>'
    content = '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/>'
    return f'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{entry}{content}</m:manifest>'


def odt(body: str, styles: str = "") -> bytes:
    """An OpenDocument text with this body."""
    media = "application/vnd.oasis.opendocument.text"
    content = (
        f"<office:document-content {_ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return archive({"mimetype": media, "content.xml": content, "META-INF/manifest.xml": _manifest(media)})


def ods(rows: Sequence[Sequence[str]]) -> bytes:
    """An OpenDocument spreadsheet of one sheet."""
    media = "application/vnd.oasis.opendocument.spreadsheet"
    cells = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in row)
        + "</table:table-row>"
        for row in rows
    )
    content = (
        f"<office:document-content {_ODF}><office:body><office:spreadsheet>"
        f'<table:table table:name="Sheet1">{cells}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    return archive({"mimetype": media, "content.xml": content, "META-INF/manifest.xml": _manifest(media)})


def xlsx(sheets: Mapping[str, Sequence[Sequence[str | int]]], hidden: Sequence[str] = ()) -> bytes:
    """An Excel workbook; cells hold their strings themselves."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006"
    members: dict[str, str | bytes] = {}
    listed, related, typed = "", "", ""
    for number, (name, rows) in enumerate(sheets.items(), start=1):
        state = ' state="hidden"' if name in hidden else ""
        listed += f'<sheet name="{name}" sheetId="{number}"{state} r:id="rId{number}"/>'
        related += f'<Relationship Id="rId{number}" Type="{kinds}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        part = f"/xl/worksheets/sheet{number}.xml"
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
        typed += f'<Override PartName="{part}" ContentType="{kind}"/>'
        body = "".join(f'<row r="{i}">{_cells(row, i)}</row>' for i, row in enumerate(rows, start=1))
        members[part[1:]] = f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return archive(
        {
            "[Content_Types].xml": f'<Types xmlns="{packages}/content-types"><Default Extension="rels" ContentType="'
            'application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="'
            f'application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}"/>{typed}</Types>',
            "_rels/.rels": f'<Relationships xmlns="{packages}/relationships"><Relationship Id="rId1" '
            f'Type="{kinds}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{kinds}"><sheets>{listed}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packages}/relationships">{related}</Relationships>',
            **members,
        }
    )


def _cells(row: Sequence[str | int], number: int) -> str:
    cells = ""
    for column, value in enumerate(row):
        place = f"{chr(65 + column)}{number}"
        if isinstance(value, int):
            cells += f'<c r="{place}"><v>{value}</v></c>'
        elif value:
            cells += f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'
    return cells


def epub(pages: Mapping[str, str], extra: Mapping[str, str] | None = None) -> bytes:
    """An e-book of these pages, after a table of contents."""
    xhtml = '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{}</body></html>'
    items = "".join(f'<item id="{n}" href="{n}.xhtml" media-type="application/xhtml+xml"/>' for n in pages)
    refs = "".join(f'<itemref idref="{n}"/>' for n in pages)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><manifest><item id="toc" href="toc.xhtml" '
        f'media-type="application/xhtml+xml" properties="nav"/>{items}</manifest><spine><itemref idref="toc"/>{refs}'
        "</spine></package>"
    )
    return archive(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/content.opf"/></rootfiles></container>',
            "OEBPS/content.opf": package,
            "OEBPS/toc.xhtml": xhtml.format("<p>Contents</p>"),
            **{f"OEBPS/{name}.xhtml": xhtml.format(body) for name, body in pages.items()},
            **(extra or {}),
        }
    )
