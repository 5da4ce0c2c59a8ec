"""The store in a folder, also where the folder's system knows no second name for a file."""

from __future__ import annotations

import errno
import os

import pytest
from django.core.files.base import ContentFile

from jobs.whole_files import WholeFiles


@pytest.fixture(params=[True, False], ids=["links", "no-links"])
def store(request, tmp_path, monkeypatch):
    """A store in a folder of its own."""
    if not request.param:

        def refuse(*_paths: str) -> None:
            raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

        monkeypatch.setattr("jobs.whole_files.os.link", refuse)
    return WholeFiles(location=tmp_path)


def test_a_file_has_its_name_and_nothing_is_left_beside_it(store, tmp_path):
    assert store.save("a/one", ContentFile(b"first")) == "a/one"
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "a").iterdir()] == [("one", b"first")]


def test_a_name_that_is_taken_meanwhile_is_not_written_over(store, tmp_path):
    draft = tmp_path / "draft"
    draft.write_bytes(b"second")
    (tmp_path / "one").write_bytes(b"first")
    with pytest.raises(FileExistsError):
        store._name(str(draft), str(tmp_path / "one"))
    assert (tmp_path / "one").read_bytes() == b"first"
