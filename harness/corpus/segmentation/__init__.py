"""Blocks of a document become sentences of two languages, and nothing is lost on the way.

In the order of use: `layout` (how the two languages lie), `line_language`, `markup` (bullets and numbering taken off),
`reflow` (lines become paragraphs), `sentences`, `numbering` (put back); `offsets` holds text that knows where it is
from. Here belongs what looks at one side, or at which side a line is on. Which sentence translates which is
`alignment`'s question.
"""
