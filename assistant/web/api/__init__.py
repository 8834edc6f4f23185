"""The routes under `/api/`, for programs that hold the site's token.

What they ask is checked field by field, what they get are the records of `serialize`. Errors are
problem details (RFC 9457). `data/openapi.json` describes it all.
"""
