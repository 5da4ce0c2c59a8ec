"""The store in a folder: a file has its name only once it is whole.

Django writes under the final name. A full disk, or a process that is killed, then leaves a piece of a file that looks like the file. Here a
file is written beside, under a name that says so, and gets its own name at the end.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

PART = ".part"
WITHOUT_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


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
                    self._name(self.path(draft), self.path(name))
                    return str(name)
                except FileExistsError:
                    name = self.get_available_name(name)
        finally:
            Path(self.path(draft)).unlink(missing_ok=True)

    @staticmethod
    def _name(draft: str, final: str) -> None:
        """Give a whole file its name. Raises ``FileExistsError`` when the name is taken."""
        try:
            os.link(draft, final)
        except OSError as error:
            if error.errno not in WITHOUT_LINKS:
                raise
            # Shared folders of other systems know no second name: take the name first, then put the file in its place.
            os.close(os.open(final, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            Path(draft).replace(final)
