"""What loading a COMET model offline needs: the checkpoint, and its encoder's tokenizer and config."""

from __future__ import annotations

from collections.abc import Sequence

from harness.hub.fetch import EncoderOnly, Hub
from harness.hub.fetched_files import FetchManifest
from harness.metrics.comet.checkpoint import HPARAMS, WEIGHTS, read_hparams, refuse_code


class CometModel:
    """A checkpoint and its encoder. COMET's own download leaves the second out (COMET issues 225, 226)."""

    def fetch(self, hub: Hub, model: str, revision: str | None) -> Sequence[FetchManifest]:
        """Two manifests: the checkpoint's and the encoder's.

        hparams.yaml comes first: what is no COMET model is refused before gigabytes arrive.
        """
        hparams = read_hparams(hub.fetch(model, revision=revision, files=(HPARAMS,)).folder / HPARAMS)
        encoder = EncoderOnly().fetch(hub, str(hparams.get("pretrained_model") or "xlm-roberta-large"), None)
        checkpoint = hub.fetch(model, revision=revision, files=(HPARAMS, WEIGHTS, "LICENSE*", "README.md"))
        refuse_code(checkpoint.folder / WEIGHTS)
        return (checkpoint, *encoder)
