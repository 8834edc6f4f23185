"""The page where agents ask, and what stands around an answer.

`page` wires Gradio's components, once in each language; the others make the HTML of answers, of
the programme and of examples. What agents think of an answer, and what they asked in vain, is
handed to `feedback`. Open to everybody whom the guard lets in.
"""
