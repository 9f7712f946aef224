"""The one part of the build that pyproject.toml cannot say: a compiled module that may be missing.

Without a compiler the installation still succeeds, and sacreBLEU counts the n-grams itself: same numbers, slower.
In a working copy: python setup.py build_ext --inplace
"""

import sys

from setuptools import Extension, setup

# Fused multiply-add rounds once where Python rounds twice; statistics must be the same to the bit.
exact = [] if sys.platform == "win32" else ["-O3", "-ffp-contract=off"]

setup(
    ext_modules=[
        Extension(
            "harness.metrics.lexical._ngrams",
            ["harness/metrics/lexical/_ngrams.pyx"],
            extra_compile_args=exact,
            optional=True,
        )
    ]
)
