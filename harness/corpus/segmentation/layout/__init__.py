"""How the two languages lie in a document: which lines and cells are whose, and what is no text of either.

`bilingual_layout` decides; `language_runs` reads halves, pages and paragraphs in turn, without their `furniture` (page
numbers, running heads); `side_by_side` reads tables, in the columns that `chosen_columns` finds; `file_per_language`
reads two files. All give what is in `layouts`. What becomes of the lines afterwards does not belong here.
"""
