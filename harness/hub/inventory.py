"""What models are on this machine."""

from __future__ import annotations

from pathlib import Path

from harness.hub.find import cache_folder


def cached_models(cache: Path | None = None) -> list[str]:
    """Every model of the Hugging Face cache, "id @ revision" in alphabetical order; nothing is loaded or asked for."""
    root = cache or cache_folder()
    found = []
    for storage in sorted(root.glob("models--*")):
        model = storage.name.removeprefix("models--").replace("--", "/")
        found += [f"{model} @ {snapshot.name[:12]}" for snapshot in sorted(storage.glob("snapshots/*"))]
    return found
