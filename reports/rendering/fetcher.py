"""The only door through which a PDF may load anything: ``data:`` URLs and our own print style sheets."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse


class ClosedFetcher(URLFetcher):
    """Refuse every URL but ``data:`` and files below ``folder``.

    A refusal ends the rendering: a document that tries to read a file or the network is an attack or a fault, never something to print
    without its picture.
    """

    def __init__(self, folder: Path) -> None:
        """Allow files below ``folder`` only."""
        super().__init__(allowed_protocols=("data", "file"), allow_redirects=False, fail_on_errors=True)
        self._folder = folder.resolve()

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return the content of an allowed URL; raises ``FatalURLFetchingError`` for any other."""
        parts = urlsplit(url)
        if parts.scheme == "data":
            return super().fetch(url, headers)
        if parts.scheme == "file" and not parts.netloc:
            path = Path(unquote(parts.path)).resolve()
            if path.is_relative_to(self._folder) and path.is_file():
                return super().fetch(url, headers)
        # Only the beginning: a data-like URL may be as long as a picture.
        message = f"refused to load {url[:200]}"
        raise FatalURLFetchingError(message)
