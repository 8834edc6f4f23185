"""Reading and encoding by a Ray cluster, for corpora that take one machine days.

In: the address of a cluster, whose machines see the corpus under its own path. Out: `RayWorkers`,
which `sync` asks as it asks its own machine. `cluster` alone touches Ray, `encoders` shares texts
out, and `worker` is what runs there. Nothing there writes the catalog: whatever dies there, a
document is committed whole or not at all.
"""
