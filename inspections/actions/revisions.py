"""The guard of answers and findings: an edit names the revision it was made from, and never undoes a newer one in silence."""

from __future__ import annotations

from django.db.models import Model

from jobs.errors import Refused


class RevisionConflict(Refused):
    """Somebody saved another version after the caller had read his. ``server`` is the stored object, for both to be shown."""

    def __init__(self, server: Model) -> None:
        super().__init__("您打开之后，别人已经保存了不同的内容。您填写的内容没有丢失，请对照后选择保留哪一份。")
        self.server = server


class DuplicateId(Refused):
    """The id made by the client belongs to another object already."""

    def __init__(self) -> None:
        super().__init__("这条内容的编号已被占用，请刷新页面后重新填写。")
