"""What may come in as evidence: the type is told by the content, pictures are made anew, documents are looked into. No database."""

from inspections.evidence_files.accepting import Accepted, accept
from inspections.evidence_files.errors import FileRefused
from inspections.evidence_files.pictures import thumbnail

__all__ = ["Accepted", "FileRefused", "accept", "thumbnail"]
