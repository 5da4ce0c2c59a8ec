"""The store in a folder: a file has its name only once it is whole.

Django writes under the final name. A full disk, or a process that is killed, then leaves a piece of a file that looks like the file. Here a
file is written beside, under a name that says so, and gets its own name at the end.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

PART = ".part"


@deconstructible(path="jobs.whole_files.WholeFiles")
class WholeFiles(FileSystemStorage):
    """Keeps files in a folder. What is not whole bears the ending ``.part``; ``sweep_files`` removes what a killed process left of it."""

    def _save(self, name: str, content: Any) -> str:
        draft = f"{name}.{uuid4().hex}{PART}"
        try:
            draft = super()._save(draft, content)  # type: ignore[misc]  # not in the stubs
            while True:
                try:
                    # Never over a file that is there: somebody else may have taken the name meanwhile.
                    os.link(self.path(draft), self.path(name))
                    return str(name)
                except FileExistsError:
                    name = self.get_available_name(name)
        finally:
            Path(self.path(draft)).unlink(missing_ok=True)
