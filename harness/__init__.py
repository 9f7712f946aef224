"""Measure machine translation of official bilingual documents.

This module is the public face; nothing inside the package imports it.
"""

from harness.version import __version__

__all__ = ["__version__"]
