"""Every engine there is, by name; nothing is imported until it is used."""

from __future__ import annotations

from harness.backends.base import Backend
from harness.registry import Registry, Row

backends: Registry[Backend] = Registry(
    "backend",
    {
        "gloss": Row("harness.backends.gloss:GlossBackend", "word-by-word gloss from CC-CEDICT: the floor"),
        "copy": Row("harness.backends.copy:CopyBackend", "the untranslated source: the trap"),
        "file": Row("harness.backends.file:FileBackend", "translations made elsewhere, from a file"),
        "ray": Row("harness.backends.ray:RayBackend", "another backend, spread over Ray workers", extra="ray"),
    },
    group="harness.backends",
)
