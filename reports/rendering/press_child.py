"""The process beside the worker: reads documents from a pipe, writes files to it, until the pipe ends. Started by ``press.py``.

Rendering needs no database and no app, so none is loaded: the process is small and there within half a second.
"""

from __future__ import annotations

import logging
import resource
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any


def _prepare(memory_mb: int) -> None:
    with suppress(OSError):
        # Should the machine run out of memory, this process goes first: its work is known to the worker and done again.
        Path("/proc/self/oom_score_adj").write_text("500")
    if memory_mb:
        # The worker looks at our memory twenty times a second; this is for what grows faster.
        limit = 2 * memory_mb * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    settings.INSTALLED_APPS = []
    for engine in settings.TEMPLATES:
        engine["OPTIONS"] = {"libraries": {"typesetting": "reports.templatetags.typesetting"}}
    django.setup(set_prefix=False)


def _answer(work: tuple[str, Any, dict[str, Any]]) -> tuple[str, Any]:
    from reports.rendering.formats import RENDERERS  # noqa: PLC0415 -- settings first
    from reports.rendering.result import RenderError  # noqa: PLC0415

    file_format, document, options = work
    try:
        return "made", RENDERERS[file_format](document, **options)
    except RenderError as error:
        return "refused", str(error)
    except MemoryError:
        return "memory", ""
    except Exception as error:
        logging.getLogger("duchatong.jobs").exception("a document could not be made")
        return "broken", f"{type(error).__name__}: {error}"


def main() -> None:
    """Work until the other side closes the pipe, or is no more."""
    pipe = Connection(int(sys.argv[1]))
    _prepare(int(sys.argv[2]))
    pipe.send("ready")
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            pipe.send(_answer(pipe.recv()))


if __name__ == "__main__":
    main()
