"""The folder broker: what goes in comes out exactly once, whoever reads."""

from __future__ import annotations

import multiprocessing
import shutil
from queue import Empty

import pytest
from kombu import Connection

from config import folder_broker  # noqa: F401 -- the transport under test

MESSAGES = 300


def _connection(folder: str) -> Connection:
    from kombu.transport import TRANSPORT_ALIASES

    TRANSPORT_ALIASES["folder"] = "config.folder_broker:Transport"
    options = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": f"{folder}-control", "polling_interval": 0.01}
    return Connection("folder://", transport_options=options)


def _consume(folder: str, results) -> None:
    got = []
    with _connection(folder) as connection:
        queue = connection.SimpleQueue("work")
        try:
            while True:
                message = queue.get(timeout=2)
                got.append(message.payload["number"])
                message.ack()
        except Empty:
            pass
        except Exception as error:  # noqa: BLE001 -- reported to the parent, where the test fails
            got.append(repr(error))
    results.put(got)


def test_a_message_is_not_dropped_when_the_folder_was_emptied_under_a_running_process(tmp_path):
    for folder in ("messages", "messages-control"):
        (tmp_path / folder).mkdir()
    with _connection(str(tmp_path / "messages")) as connection:
        queue = connection.SimpleQueue("emptied")
        shutil.rmtree(tmp_path / "messages-control")
        (tmp_path / "messages-control").mkdir()
        queue.put({"number": 7})
        assert queue.get(timeout=5).payload == {"number": 7}


@pytest.mark.parametrize("size", [200, 60_000])
def test_two_consumers_lose_nothing_and_see_nothing_twice(tmp_path, size):
    folder = tmp_path / "messages"
    folder.mkdir()
    (tmp_path / "messages-control").mkdir()
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    readers = [context.Process(target=_consume, args=(str(folder), results)) for _ in range(2)]
    for reader in readers:
        reader.start()
    with _connection(str(folder)) as connection:
        queue = connection.SimpleQueue("work")
        for number in range(MESSAGES):
            queue.put({"number": number, "filling": "字" * (size // 3)})
    got = [results.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join()
    assert sorted(number for part in got for number in part) == list(range(MESSAGES))


def test_a_message_that_cannot_be_read_does_not_end_the_worker(tmp_path, caplog):
    for folder in ("messages", "messages-control"):
        (tmp_path / folder).mkdir()
    with _connection(str(tmp_path / "messages")) as connection:
        queue = connection.SimpleQueue("work")
        for name, content in (("00_a", b"{half"), ("00_b", b""), ("00_c", b"\xff\xfe")):
            (tmp_path / "messages" / f"{name}.work.msg").write_bytes(content)
        queue.put({"number": 8})
        message = queue.get(timeout=5)
        assert message.payload == {"number": 8}
        message.ack()
    assert [path.name for path in (tmp_path / "messages").iterdir()] == []
    assert "unreadable message" in caplog.text


def test_a_full_disk_leaves_no_half_message(tmp_path, monkeypatch):
    for folder in ("messages", "messages-control"):
        (tmp_path / folder).mkdir()

    def full(path, text, **_options):
        path.write_bytes(text[:5].encode())
        raise OSError(28, "No space left on device")

    with _connection(str(tmp_path / "messages")) as connection:
        queue = connection.SimpleQueue("work")
        monkeypatch.setattr("pathlib.Path.write_text", full)
        with pytest.raises(OSError, match="No space"):
            queue.put({"number": 9})
    assert list((tmp_path / "messages").iterdir()) == []
