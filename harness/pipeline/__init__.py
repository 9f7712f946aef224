"""Translate, score, rank: one file per stage; values in, a Run out.

Here belongs what combines several rooms: the stages of a run, the run that is stored, the comparison of two systems.
What decides (the gate) is in `harness.gate`; what a single room can do alone stays in that room.
"""

from harness.pipeline.job import EarlierHypotheses, Job, Progress, hypotheses_of, narrowed
from harness.pipeline.run_job import run_job

__all__ = ["EarlierHypotheses", "Job", "Progress", "hypotheses_of", "narrowed", "run_job"]
