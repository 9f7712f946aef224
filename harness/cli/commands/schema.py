"""`harness schema`: what a config may say, for editors."""

from __future__ import annotations

import json

import typer


def schema() -> None:
    """Print the JSON Schema of a config; configs/schema.json holds it for editors."""
    from harness.backends.catalogue import backends
    from harness.config import Catalogues, json_schema
    from harness.metrics.catalogue import metrics

    typer.echo(json.dumps(json_schema(Catalogues(backends, metrics)), indent=2, ensure_ascii=False))
