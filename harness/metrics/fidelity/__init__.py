"""Metrics of what a translation must carry over from its source: numbers, names, terms.

Here belongs what looks at source and hypothesis and needs no reference. How numerals and names are recognised is
`harness.language`'s.
"""
