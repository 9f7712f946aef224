"""Metrics that compare the characters and words of hypothesis and reference: BLEU, chrF, TER, contamination.

Here belongs what counts what two texts have in common. What must be carried over from the source is in `fidelity`.
"""
