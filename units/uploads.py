"""Refusing large uploads before they fill the disk."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

FORM_BYTES = 64 * 1024
"""What the form around the file may weigh."""


class SizeLimit(FileUploadHandler):
    """Skips the file when the request as a whole is too large, so that the form's other fields still arrive.

    Must be put before Django's own handlers, and before the form is read: see ``limit_upload``.
    """

    def __init__(self, request: HttpRequest, longest: int) -> None:
        super().__init__(request)
        self.longest = longest
        self.is_too_large = False

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ARG002 -- Django's signature
        META: Any,  # noqa: N803, ARG002
        content_length: int,
        boundary: Any,  # noqa: ARG002
        encoding: Any = None,  # noqa: ARG002
    ) -> None:
        """Judge by the announced length, before the first byte of the file."""
        self.is_too_large = content_length > self.longest + FORM_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Skip every file of a request that is too large."""
        super().new_file(*args, **kwargs)
        if self.is_too_large:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, _start: int) -> bytes:
        """Pass the chunk on to the next handler."""
        return raw_data

    def file_complete(self, _file_size: int) -> None:
        """Leave the file to the next handler."""


def limit_upload(request: HttpRequest, longest: int) -> SizeLimit:
    """Watch over the upload of this request; ask ``is_too_large`` after the form has been read.

    The view must be exempt from the CSRF check until then (it reads the form) and carry it out itself.
    """
    guard = SizeLimit(request, longest)
    request.upload_handlers.insert(0, guard)
    return guard
