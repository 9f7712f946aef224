"""Which sentences translate which, and how sure that is.

In the order of use: `aligners` (what evidence there is), `lexical_keys`, `lexical_overlap` and `embedding` (evidence as
numbers), `band` (which pairs are looked at), `bead_scores`, `search` (the best chain), `calibration` (confidence as a
share of right pairs). Here belongs what compares the two sides. How a side was split is `segmentation`'s.
"""
