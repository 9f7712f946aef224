"""Which columns of a table are the two languages, where it has more than two.

Script says which language a cell is in, and not which of two English columns translates the Chinese one: the other may
be remarks, a transcription, or French. So the columns are taken by what the table's first row calls them, or as most of
its rows have them, and where neither tells, the table is refused: to take both would put remarks into the references.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.corpus.segmentation.line_language import Side, side_of, tells_sides_apart
from harness.corpus.segmentation.offsets import TracedText
from harness.domain.corpus import LangPair
from harness.errors import InputError
from harness.language.language_headers import named_side

_Columns = frozenset[int]


@dataclass(frozen=True, slots=True)
class TableCell:
    """A paragraph of a cell.

    Attributes:
        index: of its block.
        row: counted over the document.
        column: from 0; -1 for what stands outside the tables.
    """

    stretch: TracedText
    index: int
    row: int
    column: int


@dataclass(frozen=True)
class ChosenColumns:
    """The columns of the two languages.

    Attributes:
        usual: the source's and the target's; None where every cell counts.
        headers: rows that name the languages, at the beginning of a table or repeated in it: no text of the document.
        free: rows of another shape, such as those of another table, where every cell counts.
    """

    pair: LangPair
    usual: tuple[_Columns, _Columns] | None
    headers: frozenset[int] = frozenset()
    free: frozenset[int] = frozenset()

    def side_of(self, cell: TableCell) -> Side | None:
        """The side of a cell, or None where it belongs to neither."""
        if cell.row in self.headers:
            return None
        if not tells_sides_apart(self.pair):
            return self._by_column(cell.column)
        side = side_of(cell.stretch.text, self.pair)
        if side is None or self.usual is None or cell.column < 0 or cell.row in self.free:
            return side
        return side if cell.column in self.usual[side == "target"] else None

    def reason(self, cell: TableCell) -> str:
        """Why a cell with words belongs to neither."""
        if cell.row in self.headers:
            return "column name"
        if tells_sides_apart(self.pair) and side_of(cell.stretch.text, self.pair) is None:
            return "other language"
        return "other column"

    def _by_column(self, column: int) -> Side | None:
        source, target = self.usual or (frozenset[int](), frozenset[int]())
        return "source" if column in source else "target" if column in target else None


def choose_columns(cells: Sequence[TableCell], pair: LangPair) -> ChosenColumns:
    """The columns of the two languages.

    Args:
        cells: those that have words.
        pair: source and target.

    Raises:
        InputError: nothing says which columns belong together.
    """
    texts: dict[int, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for cell in cells:
        if cell.column >= 0:
            texts[cell.row][cell.column].append(cell.stretch.text)
    rows = {row: {column: "\n".join(t) for column, t in columns.items()} for row, columns in texts.items()}
    headers, named = _named(rows, pair)
    rows = {row: columns for row, columns in rows.items() if row not in headers}
    if not tells_sides_apart(pair):
        return ChosenColumns(pair, named or _first_and_second(rows, pair), headers)
    shapes = {row: shape for row, columns in rows.items() if all(shape := _shape(columns, pair))}
    even = {row: (s, t) for row, (s, t) in shapes.items() if len(s) == len(t)}
    if len(even) == len(shapes):
        return ChosenColumns(pair, None, headers)
    usual = named
    if usual is None:
        uneven = len(shapes) - len(even)
        if len(even) < uneven:
            raise _refused(pair, f"{uneven} of {len(shapes)} rows have more columns in one language")
        usual = Counter(even.values()).most_common(1)[0][0]
    free = frozenset(row for row, (s, t) in even.items() if (s == usual[0]) == (t == usual[1]))
    return ChosenColumns(pair, usual, headers, free)


def _shape(columns: Mapping[int, str], pair: LangPair) -> tuple[_Columns, _Columns]:
    """The columns of a row that are in the source language, and those in the target language."""
    sides = {column: side_of(text, pair) for column, text in columns.items()}
    return (
        frozenset(c for c, side in sides.items() if side == "source"),
        frozenset(c for c, side in sides.items() if side == "target"),
    )


def _named(
    rows: Mapping[int, Mapping[int, str]], pair: LangPair
) -> tuple[frozenset[int], tuple[_Columns, _Columns] | None]:
    """The rows that name one column for each language ("中文 | English | Remarks"), and what the first row says.

    Such a row stands at the beginning of a table, and again on each of its pages. A glossary has names of languages
    among its terms, too, but a row of it names one language twice.
    """
    headers: set[int] = set()
    chosen: tuple[_Columns, _Columns] | None = None
    first = min(rows, default=None)
    for row, columns in rows.items():
        sides = {column: named_side(text, pair.source, pair.target) for column, text in columns.items()}
        source = frozenset(c for c, side in sides.items() if side == "source")
        target = frozenset(c for c, side in sides.items() if side == "target")
        if len(source) == len(target) == 1:
            headers.add(row)
            if row == first:
                chosen = source, target
    return frozenset(headers), chosen


def _first_and_second(rows: Mapping[int, Mapping[int, str]], pair: LangPair) -> tuple[_Columns, _Columns]:
    """The two columns that most rows have, source first."""
    filled = [tuple(sorted(columns)) for columns in rows.values() if len(columns) >= 2]
    two = Counter(columns for columns in filled if len(columns) == 2)
    common, count = two.most_common(1)[0] if two else ((), 0)
    if not common or count < 0.5 * len(filled):
        raise _refused(pair, f"{len(filled) - two.total()} of {len(filled)} rows have text in more than two columns")
    return frozenset(common[:1]), frozenset(common[1:])


def _refused(pair: LangPair, seen: str) -> InputError:
    return InputError(
        f"Nothing says which columns are the two languages of {pair}: {seen}.",
        allowed="two columns with text, or a first row that names the languages (Chinese, English; source, target)",
        remedy="delete the other columns, or name the columns in the table's first row",
    )
