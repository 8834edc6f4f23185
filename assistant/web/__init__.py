"""The page agents ask in: Gradio, our routes and the guard around both.

Nothing of Gradio may be imported before the environment is sealed: at import it looks up its
own servers. So this package seals first, whatever module of it is imported.
"""

from __future__ import annotations

from assistant.system.offline import seal

seal()
