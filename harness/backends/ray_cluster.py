"""Any other backend, spread over the workers of a Ray cluster, or over the cores of this machine."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from harness.backends.base import Backend, Prepares, Traits, traits_of
from harness.backends.catalogue import backends
from harness.domain import Hypothesis, LangPair, Segment
from harness.errors import BackendError, ConfigError
from harness.extras import need


class RayBackend:
    """A backend inside Ray actors: each worker holds an engine of its own and takes the next batch when it is free.

    The identity is that of the engine inside, so its translations are shared with runs that do without Ray: who
    computes a translation must not change it.

    Args:
        name: the system's label.
        of: the config entry of the engine inside: `backend` and its parameters.
        workers: how many engines.
        address: of a running Ray cluster ("auto", "ray://host:10001"); None starts one on this machine.
        cpus: cores that each worker reserves.
        gpus: GPUs that each worker reserves; a fraction shares one.

    Raises:
        MissingExtraError: Ray is not installed.
        ConfigError: `of` names no backend, or one that needs to see its own earlier answers.
    """

    def __init__(
        self,
        *,
        name: str,
        of: dict[str, Any],
        workers: int = 2,
        address: str | None = None,
        cpus: float = 1.0,
        gpus: float = 0.0,
    ) -> None:
        need("ray", what="The backend 'ray'", extra="ray")
        if "backend" not in of or of["backend"] == "ray":
            raise ConfigError(
                "'of' must say which backend the workers hold.",
                allowed="an entry such as {backend: transformers, model: ./opus}",
            )
        if workers < 1:
            raise ConfigError("'workers' must be at least 1.")
        self._of = dict(of)
        self._workers = workers
        self._address = address
        self._resources = {"num_cpus": cpus, "num_gpus": gpus}
        self._actors: list[Any] = []
        inside = _engine(self._of, name)
        try:
            if isinstance(inside, Prepares) or traits_of(inside).context:
                raise ConfigError(
                    f"The backend '{of['backend']}' needs to see segments in order and cannot be spread over workers.",
                    remedy="use it without Ray",
                )
            self.system = inside.system
            self._inside = traits_of(inside)
        finally:
            inside.close()
        self.traits = replace(self._inside, batch=self._inside.batch * workers, concurrent=False)

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> list[Hypothesis]:
        """Batches go to whichever worker is free; the answers come back in the order of the segments.

        Raises:
            BackendError: a worker failed; what the engine inside said is kept.
        """
        import ray
        from ray.util import ActorPool

        pool = ActorPool(self._started(ray))
        size = _share(len(segments), self._workers, self._inside)
        batches = [list(segments[i : i + size]) for i in range(0, len(segments), size)]
        try:
            answers = list(pool.map(lambda actor, batch: actor.translate.remote(batch, pair), batches))
        except ray.exceptions.RayTaskError as error:
            cause = error.cause
            raise cause if isinstance(cause, BackendError) else BackendError(f"A Ray worker failed: {cause}") from None
        except ray.exceptions.RayError as error:
            self._actors.clear()
            raise BackendError(f"Ray failed: {error}", retryable=True) from None
        return [hypothesis for batch in answers for hypothesis in batch]

    def close(self) -> None:
        """Give the workers back; a Ray that was started here is stopped."""
        if not self._actors:
            return
        import ray

        for actor in self._actors:
            ray.kill(actor)
        self._actors.clear()
        if self._address is None:
            ray.shutdown()

    def _started(self, ray: Any) -> list[Any]:
        if not self._actors:
            if not ray.is_initialized():
                # Ray reports usage to its makers unless told not to; nothing here speaks to a network unasked.
                os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
                local = {"include_dashboard": False} if self._address is None else {"address": self._address}
                ray.init(log_to_driver=False, logging_level="error", configure_logging=False, **local)
            actor = ray.remote(**self._resources)(_Worker)
            self._actors = [actor.remote(self._of, self.system.name) for _ in range(self._workers)]
        return self._actors


class _Worker:
    """What runs inside an actor: one engine."""

    def __init__(self, of: dict[str, Any], name: str) -> None:
        self._engine = _engine(of, name)

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> Sequence[Hypothesis]:
        return self._engine.translate(segments, pair)


def _engine(of: dict[str, Any], name: str) -> Backend:
    parameters = {k: v for k, v in of.items() if k not in {"backend", "name"}}
    return backends.create(of["backend"], name=name, **parameters)


def _share(count: int, workers: int, traits: Traits) -> int:
    """Batch size: as the engine likes it, but no worker idle while another has two shares."""
    return max(1, min(traits.batch, -(-count // workers)))
