"""Arrays in, numbers out: resampling, significance, correction, clusters, power."""

from harness.stats.analysis import Analysis, PairedTest, analyse

__all__ = ["Analysis", "PairedTest", "analyse"]
