"""A site's work given to a cluster: its options and an address → `RayWorkers`."""

from __future__ import annotations

from functools import partial

from assistant.ingest.on_ray.cluster import RayCluster, check
from assistant.ingest.on_ray.worker import OpenEncoder, orders_of
from assistant.ingest.on_ray.workers import RayWorkers
from assistant.settings.options import ModelOptions, ReadingOptions
from assistant.version import installed_version


def workers_on(
    address: str,
    open_encoder: OpenEncoder,
    reading: ReadingOptions,
    models: ModelOptions,
    max_tokens: int,
    identity: str,
) -> RayWorkers:
    """Return the workers of a cluster, which is joined once there is something to do.

    `max_tokens` is the most of a passage, `identity` the encoder's. Raises SettingsError,
    ClusterError.
    """
    check(address)
    join = partial(RayCluster, address, orders_of(open_encoder, reading, models, max_tokens))
    return RayWorkers(join, (identity, installed_version()))
