"""The first account: asked for in Chinese, refused in Chinese, never half made."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from units.management.commands import create_administrator as command
from units.models import ActivityEntry, User

pytestmark = pytest.mark.django_db
GOOD = "Qing-shi-2026-zhen"


def terminal(monkeypatch, typed, hidden):
    """Sit at a terminal and type: ``typed`` is seen, ``hidden`` are passwords."""
    answers, secrets = iter(typed), iter(hidden)
    monkeypatch.setattr(command.sys, "stdin", type("Terminal", (), {"isatty": staticmethod(lambda: True)}))
    monkeypatch.setattr("builtins.input", lambda _prompt: next(answers))
    monkeypatch.setattr(command.getpass, "getpass", lambda _prompt: next(secrets))


def piped(monkeypatch, text):
    monkeypatch.setattr(command.sys, "stdin", io.StringIO(text))


def test_it_asks_again_until_everything_is_right(monkeypatch):
    terminal(monkeypatch, ["", "有 空格", "root", "", "首任管理员"], ["short", GOOD, "另一个", GOOD, GOOD])
    said, refused = io.StringIO(), io.StringIO()
    call_command("create_administrator", stdout=said, stderr=refused)
    user = User.objects.get()
    assert (user.username, user.display_name, user.keeps_directory, user.check_password(GOOD)) == ("root", "首任管理员", True, True)
    lines = refused.getvalue()
    assert lines.count("用户名不能为空") == 2
    assert "姓名不能为空" in lines
    assert "密码长度太短" in lines
    assert "两次输入的密码不一致" in lines
    assert "已创建系统管理员" in said.getvalue()
    assert ActivityEntry.objects.get(verb="units.user_create").object_id == str(user.pk)


def test_without_a_terminal_all_is_given(monkeypatch):
    piped(monkeypatch, f"{GOOD}\n")
    call_command("create_administrator", username="root", name="首任管理员", stdout=io.StringIO())
    assert User.objects.get().check_password(GOOD)


@pytest.mark.parametrize(
    ("given", "password", "said"),
    [
        ({"username": "", "name": "甲"}, GOOD, "--username"),
        ({"username": "root", "name": ""}, GOOD, "--name"),
        ({"username": "ZHAO", "name": "甲"}, GOOD, "已被使用"),
        ({"username": "root", "name": "甲"}, "", "密码长度太短"),
        ({"username": "root", "name": "甲"}, "12345678901", "密码"),
    ],
)
def test_what_is_wrong_is_refused_in_words_and_nothing_is_made(monkeypatch, zhao, given, password, said):
    User.objects.filter(pk=zhao.pk).update(username="zhao")
    piped(monkeypatch, password)
    with pytest.raises(CommandError, match=said) as refused:
        call_command("create_administrator", **given)
    assert not any("a" <= letter <= "z" for letter in str(refused.value).replace("--username", "").replace("--name", ""))
    assert User.objects.filter(is_superuser=True).count() == 0


def test_breaking_off_makes_nothing(monkeypatch):
    terminal(monkeypatch, [], [])

    def interrupted(_prompt):
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", interrupted)
    with pytest.raises(CommandError, match="已中断，没有创建账号"):
        call_command("create_administrator")
    assert not User.objects.exists()


def test_at_the_fifth_wrong_answer_it_gives_up(monkeypatch):
    terminal(monkeypatch, ["有 空格"] * 9, [])
    with pytest.raises(CommandError, match="用户名多次不符合要求"):
        call_command("create_administrator", stderr=io.StringIO())
