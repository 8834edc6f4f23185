"""What the functions of a page take: Gradio's page → what the guard lets through to each."""

from __future__ import annotations

import gradio as gr

from assistant.web.http.calls import Functions, Kind


def functions_of(page: gr.Blocks) -> Functions:
    """Return the kinds of what each function of a page takes, by the number it is called by."""
    return {
        number: tuple(_kind_of(one) for one in function.inputs)
        for number, function in page.fns.items()
    }


def _kind_of(component: object) -> Kind:
    return "texts" if isinstance(component, gr.CheckboxGroup) else "text"
