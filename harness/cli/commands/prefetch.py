"""`harness prefetch`: bring a model here while there is a network, and check later that it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.hub.fetch import Hub
    from harness.hub.fetched_files import FetchManifest
    from harness.registry import Registry


class Recipe(Protocol):
    """What a kind of model is made of (see harness.hub.fetch)."""

    def fetch(self, hub: Hub, model: str, revision: str | None) -> Sequence[FetchManifest]:
        """Bring all of it here."""
        ...


def prefetch(  # noqa: PLR0913, PLR0917 - one parameter an option
    kind: Annotated[
        str | None, typer.Argument(help="comet, encoder, transformers, ctranslate2, spbleu or model.")
    ] = None,
    model: Annotated[str | None, typer.Option("--model", "-m", help="Hub id, such as Unbabel/wmt22-comet-da.")] = None,
    revision: Annotated[str | None, typer.Option(help="Branch, tag or commit. Default: main.")] = None,
    cache: Annotated[Path | None, typer.Option(help="Hugging Face cache folder. Default: as HF_HOME says.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="ctranslate2: folder to make.")] = None,
    quantization: Annotated[str | None, typer.Option(help="ctranslate2: int8 (default), float16, float32 ...")] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Check what was fetched against its manifests.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifests as JSON.")] = False,
) -> None:
    """Fetch a model and write a manifest of it; or, with --verify, check manifests offline.

    `ctranslate2` fetches nothing: it converts a model that is on this machine into a folder.

    A mirror is named by HF_ENDPOINT, a token by HF_TOKEN.
    """
    from harness.errors import UserError

    if verify:
        raise typer.Exit(_verify(cache, model))
    if kind is not None and model is None:
        model = getattr(recipes().load(kind), "default", None)
    if kind is None or model is None:
        raise UserError(
            "prefetch needs to know what to fetch.", remedy="harness prefetch comet --model Unbabel/wmt22-comet-da"
        )
    given = {"output": output, "quantization": quantization}
    recipe = recipes().create(kind, **{k: v for k, v in given.items() if v is not None})
    found = _fetch(recipe, model, revision, cache)
    if as_json:
        import json

        typer.echo(json.dumps([_plain(m) for m in found], indent=2, ensure_ascii=False))
        return
    for manifest in found:
        typer.echo(f"{manifest.model} at {manifest.revision}: {len(manifest.files)} files, {manifest.size} bytes")
        typer.echo(f"  manifest: {manifest.path}")


def recipes() -> Registry[Recipe]:
    """What can be fetched; other packages add kinds by the entry-point group `harness.prefetch`."""
    from harness.registry import Registry, Row

    whole = "harness.hub.fetch:WholeModel"
    return Registry(
        "kind of model",
        {
            "comet": Row("harness.metrics.comet.fetching:CometModel", "a COMET checkpoint and its encoder's tokenizer"),
            "encoder": Row("harness.hub.fetch:EncoderOnly", "tokenizer and config of an encoder, without weights"),
            "transformers": Row(whole, "a model for the transformers backend"),
            "ctranslate2": Row(
                "harness.backends.local.ct2_conversion:ConvertedModel",
                "a model that is here, converted for CTranslate2",
            ),
            "spbleu": Row("harness.metrics.lexical.prefetching:SpBleuModel", "the SentencePiece model of spbleu"),
            "model": Row(whole, "any model of the hub"),
        },
        group="harness.prefetch",
    )


def _fetch(recipe: Recipe, model: str, revision: str | None, cache: Path | None) -> Sequence[FetchManifest]:
    import sys

    from harness.hub.fetch import Hub

    if not sys.stderr.isatty():
        _quiet()
    hub = Hub(cache=cache, say=lambda line: typer.echo(line, err=True))
    return recipe.fetch(hub, model, revision)


def _quiet() -> None:
    """No progress bars into logs and pipes."""
    try:
        from huggingface_hub.utils.tqdm import disable_progress_bars
    except ImportError:
        return
    disable_progress_bars()


def _verify(cache: Path | None, model: str | None) -> int:
    """Print what differs; 0 if all is well, 3 if a model is not whole."""
    from harness.errors import MissingModelError
    from harness.hub.fetched_files import FOLDER_MANIFEST, manifests, problems, read
    from harness.hub.find import cache_folder

    place = cache or cache_folder()
    if model is not None and (Path(model) / FOLDER_MANIFEST).is_file():
        known = [read(Path(model) / FOLDER_MANIFEST)]
    else:
        known = [m for m in manifests(place) if model is None or m.model == model]
    if not known:
        raise MissingModelError(
            f"There is no manifest of {model or 'any model'} in {place}.",
            remedy="harness prefetch comet --model Unbabel/wmt22-comet-da",
        )
    bad = 0
    for manifest in known:
        found = problems(manifest)
        bad += bool(found)
        typer.echo(f"{manifest.model} at {manifest.revision}: {'damaged' if found else 'whole'}")
        for line in found:
            typer.echo(f"  {line}")
    return 3 if bad else 0


def _plain(manifest: FetchManifest) -> dict[str, object]:
    from dataclasses import asdict

    plain = {**asdict(manifest), "folder": str(manifest.folder), "size": manifest.size}
    del plain["file"]
    return plain
