"""What may come in as evidence: the type is told by the content, pictures are made anew, documents are looked into. No database."""

from inspections.evidence_files.accepting import Accepted, accept
from inspections.evidence_files.errors import FileRefused, Unfit
from inspections.evidence_files.pictures import thumbnail
from inspections.evidence_files.signatures import clean_signature

__all__ = ["Accepted", "FileRefused", "Unfit", "accept", "clean_signature", "thumbnail"]
