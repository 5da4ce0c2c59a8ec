"""The process beside the worker: it makes the same files, and what goes too far is given up alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from reports.rendering.document import Document, Paragraph
from reports.rendering.pdf import render_pdf
from reports.rendering.press import Limits, Press, close_all, render_apart, running
from reports.rendering.result import MissingGlyphError, OverMemoryError, OverTimeError, RenderError
from tests.reports.rendering.sample import long_report

ROOT = Path(__file__).resolve().parents[3]
FREE = Limits(seconds=60, memory_mb=0, documents=100)
SMALL = Document("反馈意见", (Paragraph("学习记录不全，请于收到本意见之日起三十日内整改到位。"),))
ENDLESS = Document("反馈意见", (Paragraph("督查发现的问题较多，逐项列明如下，" * 250_000),))


@pytest.fixture
def press():
    made = Press()
    yield made
    made.close()


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def wait_until_gone(pid: int) -> None:
    end = time.monotonic() + 20
    while not is_gone(pid):
        assert time.monotonic() < end, f"process {pid} is still there"
        time.sleep(0.05)


@pytest.mark.parametrize("engine", ["direct", "weasyprint"])
def test_the_files_are_those_of_the_renderers_here(press, engine, monkeypatch, settings):
    settings.PDF_ENGINE = engine
    monkeypatch.setenv("DUCHATONG_PDF_ENGINE", engine)
    document = replace(long_report(annexes=False), blocks=long_report().blocks[:4])
    here, there = render_pdf(document), press.render("pdf", document, FREE, {})
    assert (there.pages, there.fonts, there.warnings) == (here.pages, here.fonts, here.warnings)
    assert abs(len(there.content) - len(here.content)) < 200
    assert press.render("docx", document, FREE, {"draft": True}).content.startswith(b"PK")


def test_what_takes_too_long_or_too_much_memory_is_given_up_and_the_next_is_made(press):
    with pytest.raises(OverTimeError, match="超过 1 秒，已停止，其他文稿不受影响"):
        press.render("pdf", ENDLESS, Limits(seconds=1, memory_mb=0, documents=100), {})
    assert press.pid is None
    tight = Limits(seconds=0, memory_mb=220, documents=100)
    with pytest.raises(OverMemoryError, match="内存超过上限（220 MB）"):
        press.render("pdf", ENDLESS, tight, {})
    assert press.render("pdf", SMALL, tight, {}).pages == 1


def test_a_refusal_of_the_renderer_comes_back_in_its_words(press):
    strange = Document("字", (Paragraph("所在单位为\U00020bb7祥社区党委。"),))
    with pytest.raises(RenderError) as refused:
        press.render("pdf", strange, FREE, {})
    with pytest.raises(MissingGlyphError) as here:
        render_pdf(strange)
    assert str(refused.value) == str(here.value)
    assert press.pid is not None, "the process is as good as before"


def test_a_process_that_was_killed_meanwhile_is_replaced_without_a_word(press):
    press.render("pdf", SMALL, FREE, {})
    first = press.pid
    os.kill(first, signal.SIGKILL)
    assert press.render("pdf", SMALL, FREE, {}).pages == 1
    assert press.pid != first


def test_after_its_number_of_documents_a_new_process_is_taken(press):
    few = Limits(seconds=60, memory_mb=0, documents=2)
    seen = []
    for _ in range(4):
        press.render("pdf", SMALL, few, {})
        seen.append(press.pid)
    assert seen[0] is not None
    assert seen[1] is None
    assert seen[2] not in (None, seen[0])


def test_idle_processes_are_used_again_and_closed():
    close_all()
    render_apart("pdf", SMALL, FREE)
    (pid,) = running()
    render_apart("pdf", SMALL, FREE)
    assert running() == [pid]
    close_all()
    assert running() == []
    assert is_gone(pid)


def test_the_process_ends_with_the_worker_even_when_that_is_killed():
    script = """
import django; django.setup()
from tests.reports.rendering.test_press import *
press = Press(); press.render("pdf", SMALL, FREE, {})
print(press.pid, flush=True)
import time; time.sleep(60)
"""
    worker = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        child = int(worker.stdout.readline())
        assert not is_gone(child)
    finally:
        worker.kill()
        worker.wait()
    wait_until_gone(child)
