"""From files to the index: `sync`, step by step.

`ingest.planning` compares the disk with the catalog, `reading_pool` reads what changed,
`ingest.chunking` cuts passages, `sync` encodes and commits them and publishes. `erasure` takes
documents out for good. Only this room writes the catalog.
"""
