"""Runs of `sync`: one at a time, started, followed and stopped.

A run is a process of its own, whoever starts it; what it says of itself is in `index/sync.json`.
`runs` starts and cancels it, `own_run` is what it says of itself, `run_state` reads and writes that
file. `watch` starts one when the corpus has changed.
"""
