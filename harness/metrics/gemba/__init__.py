"""A large language model as the judge: GEMBA-MQM and GEMBA-ESA.

Kocmi and Federmann 2023, "GEMBA-MQM: Detecting Translation Quality Error Spans with GPT-4",
https://aclanthology.org/2023.wmt-1.64/; the ESA protocol is Kocmi et al. 2024, "Error Span Annotation: A Balanced
Approach for Human Evaluation of Machine Translation", https://aclanthology.org/2024.wmt-1.131/. The prompts are worded
anew after the published protocols, so scores are not those of the papers; the signature carries a hash of the prompts.
"""

from __future__ import annotations

from harness.metrics.gemba.gemba_metric import GembaEsa, GembaMqm

__all__ = ["GembaEsa", "GembaMqm"]
