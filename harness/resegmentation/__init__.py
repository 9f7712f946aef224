"""Running text to segments: a translated document is cut where the segments of a test set begin and end.

`Resegmenter` is the whole way. What belongs here: where text may be cut, what speaks for a stretch of text being a
segment's translation, and the search for the best cuts. Reading files, and what a cut text is scored with, do not.
"""

from harness.resegmentation.resegment import CutText, Resegmenter

__all__ = ["CutText", "Resegmenter"]
