"""Translate, score, compare: where the rooms meet, and nowhere else. One file a stage; values in, a Run out."""

from harness.pipeline.job import Job, Kept, Progress, kept_of, narrowed
from harness.pipeline.run import execute

__all__ = ["Job", "Kept", "Progress", "execute", "kept_of", "narrowed"]
