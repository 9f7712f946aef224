"""COMET: learned metrics over a multilingual encoder (Rei et al. 2020, 2022; Guerreiro et al. 2024 for xCOMET).

unbabel-comet loads a model and owns its scoring head; the engine here runs the encoder, where the time goes.
"""

from __future__ import annotations

from harness.metrics.comet.comet_metric import Comet

__all__ = ["Comet"]
