"""The routes under `/api/`, for programs that hold the site's token.

What programs ask is a `requests` model, what they get the records of `serialize` as a `schemas`
model says. Errors are problem details (RFC 9457). `description` generates the OpenAPI document.
"""
