"""Models on this machine: found offline, fetched only when asked.

`find` opens no socket, ever. `fetch` does, and only `harness prefetch` calls it. `sentence_encoder` is the one model
that comes with a package; it and `encoder_folder`, any other of its kind, turn texts into vectors for whoever compares
texts.
"""

from __future__ import annotations

from harness.hub.find import LocalModel, cache_folder, find_model

__all__ = ["LocalModel", "cache_folder", "find_model"]
