"""Measures of quality: each is one module and one row of the catalogue.

Rooms: `lexical` (BLEU, chrF, TER), `fidelity` (numbers, names, terms), `comet`, `gemba` (a language model as judge),
`external` (scores from outside this process). Here belongs `base`, the protocol that a metric follows, and what all
metrics share. Intervals, tests and ranks are `harness.stats`.
"""
