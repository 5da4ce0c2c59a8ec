"""Insecure code: what bandit finds is explained, and one more of the same fails (``make check`` runs it)."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from types import SimpleNamespace

from tools import audit

EXPLAINED = Counter({place: count for place, (count, _reason) in audit.EXPLAINED.items()})


def test_what_is_explained_passes_and_one_more_is_told():
    assert audit.unexplained(EXPLAINED) == []
    place = ("B608", "units/bulk_rows.py")
    assert len(audit.unexplained(EXPLAINED + Counter({place: 1, ("B602", "jobs/new.py"): 1}))) == 2
    assert len(audit.unexplained(EXPLAINED - Counter({place: 1}))) == 1, "explained, and no longer there"


def test_findings_are_counted_by_test_and_file(monkeypatch):
    rows = [{"test_id": "B602", "filename": "./jobs/new.py"}] * 2
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_options: SimpleNamespace(stdout=json.dumps({"results": rows}), stderr=""))
    assert audit.bandit_findings() == {("B602", "jobs/new.py"): 2}
    assert not audit.code()


def test_silence_is_no_clean_bill(monkeypatch, capsys):
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_options: SimpleNamespace(stdout="", stderr="no network"))
    assert not audit.python_packages()
    assert not audit.node_packages()
    assert not audit.code()
    assert capsys.readouterr().out.count("请在能访问") == 2
