"""Addresses for who runs the service: `/sante` and `/mesures`.

`health` says whether the page answers, `metrics` counts how questions end. No word of a question
is in either.
"""
