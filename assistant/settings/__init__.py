"""What a site may choose, as data: defaults ← `assistant.toml` ← `ASSISTANT_*` ← command line.

`site` declares the settings, `loading` reads them, `options` has the few that each room takes.
Nothing here builds or opens anything.
"""

from assistant.settings.loading import load_settings
from assistant.settings.site import Settings

#: What `assistant` makes public.
__all__ = ["Settings", "load_settings"]
