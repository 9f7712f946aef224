"""The one part of the build that pyproject.toml cannot say: compiled modules that may be missing.

Without a compiler the installation still succeeds, and sacreBLEU counts n-grams and edits itself: same numbers, slower.
In a working copy: python setup.py build_ext --inplace
"""

import sys

from setuptools import Extension, setup

# Fused multiply-add rounds once where Python rounds twice; statistics must be the same to the bit.
exact = [] if sys.platform == "win32" else ["-O3", "-ffp-contract=off"]

setup(
    ext_modules=[
        Extension(
            f"harness.metrics.lexical.{name}",
            [f"harness/metrics/lexical/{name}.pyx"],
            extra_compile_args=exact,
            optional=True,
        )
        for name in ("_ngrams", "_edits")
    ]
)
