"""Bulk documents that take their time and count how often each is begun, for the test that kills their worker; imported by that worker only."""

from __future__ import annotations

import time

from reports import bulk

_make = bulk._make


def _slowly(item, drafts, formats):
    item.data["times"] = item.data.get("times", 0) + 1
    type(item).objects.filter(pk=item.pk).update(data=item.data)
    time.sleep(0.4)
    _make(item, drafts, formats)


bulk._make = _slowly
