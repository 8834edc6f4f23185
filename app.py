"""Start the page: `python app.py` does what `assistant serve` does."""

from __future__ import annotations

import sys

from assistant.errors import AssistantError
from assistant.settings import load_settings


def main() -> int:
    """Serve the page until Ctrl-C; return the exit status."""
    try:
        settings = load_settings()
        # Gradio takes seconds to import: a wrong setting is told before.
        from assistant.web.app import serve

        serve(settings)
    except AssistantError as e:
        print(f"{e}\n{e.remedy}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
