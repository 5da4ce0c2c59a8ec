"""The signature under a confirmation of facts, for those who may see the assignment."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_GET

from inspections.models import Confirmation


@require_GET
def confirmation_signature(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Serve the signature of the assignment ``pk``. Signing again changes it under the same address, so browsers ask each time."""
    confirmation = get_object_or_404(Confirmation.objects.visible_to(request.user), assignment=pk)
    etag = f'"{confirmation.signature_sha256[:32]}"'
    response = HttpResponse(bytes(confirmation.signature), content_type="image/png")
    response["ETag"] = etag
    answer = get_conditional_response(request, etag=etag, response=response) or response
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    # Should a browser ever take the picture for a page, it may do nothing there.
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
