"""The SentencePiece models of spBLEU: brought where sacreBLEU looks for them, when and only when that is asked for."""

from __future__ import annotations

import urllib.request
from collections.abc import Sequence

from harness.errors import MissingModelError
from harness.hub.fetch import Hub
from harness.hub.fetched_files import FetchManifest, record, write
from harness.metrics.lexical.tokenizers import MODELS, model_of
from harness.metrics.parameters import choice

_PATIENCE = 60


class SpBleuModel:
    """One model file; its manifest lies beside it."""

    default = "flores200"

    def fetch(self, hub: Hub, model: str, revision: str | None) -> Sequence[FetchManifest]:
        """Download the model of a tokenizer, unless it is here.

        Raises:
            ConfigError: no such tokenizer.
            MissingModelError: it cannot be downloaded; the message says where to put the file by hand.
        """
        url, path = model_of(choice("spbleu", "model", model, MODELS))
        if not path.is_file() or not path.stat().st_size:
            if hub.say is not None:
                hub.say(f"{url} -> {path}")
            partial = path.with_name(f"{path.name}.part")
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with urllib.request.urlopen(url, timeout=_PATIENCE) as answer:  # noqa: S310 - sacreBLEU's own address
                    partial.write_bytes(answer.read())
                partial.replace(path)
            except (OSError, ValueError) as error:
                partial.unlink(missing_ok=True)
                raise MissingModelError(
                    f"The model of '{model}' cannot be downloaded from {url}: {error}.",
                    remedy=f"download {url} on another machine and put it at {path}",
                ) from None
        found = record(path.parent, path.name)
        manifest = FetchManifest(
            model, found.sha256[:12], url, path.parent, (found,), path.with_name(f"{path.name}.manifest.json")
        )
        write(manifest)
        return (manifest,)
