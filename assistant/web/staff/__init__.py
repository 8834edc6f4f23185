"""The pages of staff: documents, uploads, corrections, programme, indexing, state, register.

They are our own HTML, without Gradio, behind `web.http.authentication`. A page reads a form and
calls `curation`, `jobs` or `feedback`; none of them changes a file itself. Each comes as routes,
the records that they show, and templates under `web/templates/staff`.
"""
