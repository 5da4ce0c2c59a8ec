"""两步验证: setting it up, the second step of a log-in, recovery codes, and who has to have it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.errors import InvalidTransition, Refused
from tests import factories
from tests.at_once import together
from units import entering, factors
from units.actions import factors as actions
from units.actions.users import reset_password, unlock_user
from units.models import ActivityEntry, FactorRule, LoginSession, Notice, RecoveryCode, SecondFactor

LOGIN, CHECK, MINE, ENROL, CODES, OFF, RULES, HOME, MINE_API = (
    reverse(name)
    for name in (
        *("units:login", "units:factor_check", "units:factor_detail", "units:factor_enrol", "units:factor_codes", "units:factor_off"),
        *("units:factor_rules", "reports:home", "api:field_me"),
    )
)
PASSWORD = "Test-pass-2026"
CODE = re.compile(r"<code>([A-Z2-9]{5}-[A-Z2-9]{5})</code>")


@pytest.fixture
def clock(monkeypatch):
    """A clock of time steps that stands until it is moved."""
    now = [58_000_000]
    monkeypatch.setattr(factors, "step_now", lambda: now[0])
    return now


@pytest.fixture
def secret(zhao, clock):
    """赵's secret; the step before this one was used to set it up. The codes are in ``zhao.codes``."""
    made = factors.new_secret()
    zhao.codes = actions.enrol(zhao, secret=made, typed=factors.code_at(made, clock[0] - 1))
    return made


def first_step(client, username="zhao", **more):
    return client.post(LOGIN, {"username": username, "password": PASSWORD, **more})


def second_step(client, code):
    return client.post(CHECK, {"code": code})


def is_in(client) -> bool:
    return client.get(HOME).status_code == 200


def wrong_code(secret, step) -> str:
    near = {factors.code_at(secret, step + shift) for shift in range(-2, 3)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in near)


def test_codes_are_those_of_the_standard():
    """RFC 6238, appendix B: the last six digits of the values for SHA-1."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890"
    assert [factors.code_at(secret, moment // 30) for moment in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]


def test_a_log_in_takes_two_steps(client, zhao, secret, clock):
    target = reverse("jobs:job_list")
    assert first_step(client, next=target).url == CHECK
    assert not is_in(client), "the password alone opens nothing"
    assert client.get(MINE_API).status_code == 401
    assert second_step(client, wrong_code(secret, clock[0])).status_code == 200
    assert not is_in(client)
    assert second_step(client, factors.code_at(secret, clock[0])).url == target
    assert is_in(client)
    assert ActivityEntry.objects.filter(verb="units.user_login", actor=zhao).count() == 1


def test_spaces_and_full_width_digits_are_taken(client, secret, clock):
    first_step(client)
    code = factors.code_at(secret, clock[0]).translate({ord(str(digit)): 0xFF10 + digit for digit in range(10)})
    assert second_step(client, f" {code[:3]} {code[3:]} ").url == reverse("home")


@pytest.mark.parametrize(("shift", "taken"), [(-2, False), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(client, zhao, secret, clock, shift, taken):
    SecondFactor.objects.update(last_step=0)
    first_step(client)
    assert (second_step(client, factors.code_at(secret, clock[0] + shift)).status_code == 302) == taken


def test_no_code_is_taken_twice_nor_an_older_one_after_it(zhao, secret, clock):
    code = factors.code_at(secret, clock[0])
    first, second = Client(), Client()
    first_step(first), first_step(second)
    assert second_step(first, code).status_code == 302
    assert second_step(second, code).status_code == 200
    assert second_step(second, factors.code_at(secret, clock[0] - 1)).status_code == 200, "the one that set it up"
    clock[0] += 1
    assert second_step(second, factors.code_at(secret, clock[0])).status_code == 302


def test_of_two_with_the_same_code_at_once_one_gets_in(on_disk, zhao, secret, clock):
    code = factors.code_at(secret, clock[0])
    outcomes = together(*[lambda: actions.check(zhao, code)] * 4)
    assert sum(outcome is False for outcome in outcomes) == 1, outcomes


def test_of_two_with_the_same_recovery_code_at_once_one_gets_in(on_disk, zhao, secret):
    outcomes = together(*[lambda: actions.check(zhao, zhao.codes[0])] * 4)
    assert sum(outcome is True for outcome in outcomes) == 1, outcomes
    assert RecoveryCode.objects.filter(user=zhao, used_at=None).count() == 9


def test_guesses_at_once_do_not_outrun_the_limit(on_disk, zhao, secret, clock):
    wrong = wrong_code(secret, clock[0])
    outcomes = together(*[lambda: actions.check(zhao, wrong)] * 14)
    assert sum(isinstance(outcome, actions.WrongCode) for outcome in outcomes) <= 10
    assert SecondFactor.objects.get(user=zhao).tries == 10


def test_a_recovery_code_counts_once(client, zhao, secret):
    first_step(client)
    typed = zhao.codes[0].lower().replace("-", " ")
    assert second_step(client, typed).status_code == 302
    assert "还剩 9 个" in client.get(HOME).content.decode()
    assert ActivityEntry.objects.filter(verb="units.factor_recover", actor=zhao).exists()
    other = Client()
    first_step(other)
    assert second_step(other, zhao.codes[0]).status_code == 200


def test_neither_secret_nor_recovery_code_can_be_read_in_the_database(zhao, secret):
    row = SecondFactor.objects.get(user=zhao)
    assert secret not in row.secret
    assert factors.opened(row.secret) == secret
    kept = " ".join(RecoveryCode.objects.filter(user=zhao).values_list("hash", flat=True))
    assert not any(factors.tidy_code(code) in kept for code in zhao.codes)


def test_five_wrong_codes_lock_the_address_and_ten_rest_the_account(zhao, secret, clock):
    wrong, right = wrong_code(secret, clock[0]), factors.code_at(secret, clock[0])
    for number in range(2):
        client = Client(REMOTE_ADDR=f"10.0.0.{number}")
        first_step(client)
        answers = [second_step(client, wrong).status_code for _ in range(5)]
        assert answers[3:] == [200, 429]
        assert second_step(client, right).status_code == 429, "at this address the right one is no use either"
    client = Client(REMOTE_ADDR="10.0.0.9")
    first_step(client)
    assert "暂停 30 分钟" in second_step(client, right).content.decode()
    assert not is_in(client)
    assert Notice.objects.filter(user=zhao, kind=actions.ACCOUNT, text__contains="动态码连续输错 10 次").count() == 1
    SecondFactor.objects.update(tried_at=timezone.now() - timedelta(minutes=31))
    first_step(client)
    assert second_step(client, right).status_code == 302


def test_a_rest_is_lifted_like_a_lock(client, zhao, secret, clock, xu):
    SecondFactor.objects.update(tries=10, tried_at=timezone.now())
    client.force_login(xu)
    assert "登录已锁定" in client.get(reverse("units:user_update", args=[zhao.pk])).content.decode()
    unlock_user(zhao, by=xu)
    assert actions.check(zhao, factors.code_at(secret, clock[0])) is False


def test_what_was_typed_as_a_code_is_kept_nowhere(client, zhao, secret, clock):
    from axes.models import AccessAttempt

    first_step(client)
    second_step(client, "ABCDE-FGHJK")
    kept = [*AccessAttempt.objects.values(), *ActivityEntry.objects.values()]
    assert len(kept) > 1
    assert "ABCDE-FGHJK" not in str(kept)


def test_the_first_step_does_not_wait_for_ever(client, zhao, secret, clock, monkeypatch):
    first_step(client)
    late = entering.time.time() + entering.SECONDS + 1
    monkeypatch.setattr(entering.time, "time", lambda: late)
    answer = client.post(CHECK, {"code": factors.code_at(secret, clock[0])}, follow=True)
    assert "请重新登录" in answer.content.decode()
    assert not is_in(client)


@pytest.mark.parametrize("what", ["a new password", "a closed account", "going back"])
def test_the_first_step_is_void_after(client, zhao, secret, clock, wang, what):
    first_step(client)
    if what == "a new password":
        reset_password(zhao, by=wang)
    elif what == "a closed account":
        zhao.is_active = False
        zhao.save()
    else:
        assert client.post(reverse("units:factor_abandon")).url == LOGIN
    assert second_step(client, factors.code_at(secret, clock[0])).url == LOGIN
    assert not is_in(client)


def test_the_second_step_without_the_first_leads_to_the_log_in(client, db):
    assert client.get(CHECK).url == LOGIN
    assert second_step(client, "123456").url == LOGIN


def enrol(client, clock, **fields):
    """Take the secret from the page and send its code; return the answer and the secret."""
    secret = "".join(client.get(ENROL).context["secret"])
    clock[0] += 2
    return client.post(ENROL, {"code": factors.code_at(secret, clock[0]), **fields}), secret


def test_it_is_set_up_with_password_and_code_and_the_recovery_codes_are_shown_once(client, zhao, clock):
    client.force_login(zhao)
    elsewhere = Client()
    elsewhere.force_login(zhao)
    page = client.get(ENROL).content.decode()
    assert 'src="data:image/png;base64,' in page
    answer, _secret = enrol(client, clock, password=PASSWORD)
    codes = CODE.findall(answer.content.decode())
    assert len(set(codes)) == 10
    assert "no-store" in answer["Cache-Control"]
    assert not CODE.findall(client.get(MINE).content.decode())
    assert "还有 10 个恢复码" in client.get(MINE).content.decode()
    assert is_in(client)
    assert not is_in(elsewhere), "it was logged in without the second step"
    assert ActivityEntry.objects.filter(verb="units.factor_enrol", actor=zhao).exists()


def test_without_the_password_nobody_sets_it_up_at_an_open_desk(client, zhao, clock):
    client.force_login(zhao)
    answer, _secret = enrol(client, clock, password="Wrong-pass-1")
    assert "当前密码不正确" in answer.content.decode()
    for _ in range(4):
        answer, _secret = enrol(client, clock, password="Wrong-pass-1")
    assert answer.status_code == 429, "guessing it here is no way around the lock"
    assert not SecondFactor.objects.exists()


def test_a_wrong_first_code_keeps_the_same_picture(client, zhao, clock):
    client.force_login(zhao)
    before = client.get(ENROL).context["secret"]
    answer = client.post(ENROL, {"code": "12", "password": PASSWORD})
    assert "动态码不正确" in answer.content.decode()
    assert answer.context["secret"] == before
    assert not SecondFactor.objects.exists()


def test_another_device_needs_a_code_of_the_first(client, zhao, secret, clock):
    client.force_login(zhao)
    answer, _new = enrol(client, clock, proof="000000", password=PASSWORD)
    assert "动态码或恢复码不正确" in answer.content.decode()
    answer, new = enrol(client, clock, proof=zhao.codes[0])
    assert len(CODE.findall(answer.content.decode())) == 10
    assert factors.opened(SecondFactor.objects.get(user=zhao).secret) == new
    with pytest.raises(actions.WrongCode):
        actions.check(zhao, zhao.codes[1])


def test_a_slip_with_the_new_device_spends_no_recovery_code(client, zhao, secret, clock):
    client.force_login(zhao)
    client.get(ENROL)
    client.post(ENROL, {"code": "12", "proof": zhao.codes[0]})
    assert actions.unused_codes(zhao) == 10


def test_new_recovery_codes_void_the_old_ones(client, zhao, secret, clock):
    client.force_login(zhao)
    assert "动态码或恢复码不正确" in client.post(CODES, {"codes-code": "000000"}).content.decode()
    codes = CODE.findall(client.post(CODES, {"codes-code": factors.code_at(secret, clock[0])}).content.decode())
    assert len(codes) == 10
    with pytest.raises(actions.WrongCode):
        actions.check(zhao, zhao.codes[0])
    assert actions.check(zhao, codes[0]) is True


def test_it_is_switched_off_with_a_code_unless_a_role_needs_it(client, zhao, secret, clock, xu):
    client.force_login(zhao)
    actions.set_rules(["office"], by=xu)
    code = factors.code_at(secret, clock[0])
    assert "不能关闭" in client.post(OFF, {"off-code": code}).content.decode()
    actions.set_rules([], by=xu)
    assert "动态码或恢复码不正确" in client.post(OFF, {"off-code": "000000"}).content.decode()
    assert client.post(OFF, {"off-code": code}).url == MINE
    assert first_step(Client()).url == reverse("home")


def test_who_has_to_have_it_sets_it_up_at_the_next_log_in(client, zhao, clock, xu):
    early = Client()
    first_step(early)
    actions.set_rules(["office"], by=xu)
    assert is_in(early), "who is at work already goes on until the log-in ends"
    target = reverse("jobs:job_list")
    answer = first_step(client, next=target)
    assert answer.url.startswith(ENROL)
    assert client.get(HOME).url == ENROL
    assert client.get(HOME, headers={"hx-request": "true"})["HX-Redirect"] == ENROL
    told = client.get(MINE_API)
    assert (told.status_code, told.json()["code"]) == (403, "second_factor_required")
    assert "您的角色登录时" in client.get(answer.url).content.decode()
    done, _secret = enrol(client, clock, next=target)
    assert f'href="{target}"' in done.content.decode()
    assert is_in(client)


def test_a_one_time_password_is_changed_first(client, zhao, xu):
    actions.set_rules(["everybody"], by=xu)
    zhao.must_change_password = True
    zhao.save()
    first_step(client)
    change = reverse("units:password_change")
    assert client.get(ENROL).url == change
    assert client.get(change).status_code == 200
    client.post(change, {"old_password": PASSWORD, "new_password1": "Brand-new-pass-1", "new_password2": "Brand-new-pass-1"})
    assert client.get(HOME).url == ENROL


def test_a_duty_that_was_lifted_is_no_dead_end(client, zhao, xu):
    actions.set_rules(["office"], by=xu)
    first_step(client)
    actions.set_rules([], by=xu)
    assert client.get(f"{ENROL}?next=/jobs/").url == "/jobs/"
    assert is_in(client)


def test_the_rule_is_about_roles_held_now(zhao, wu, wang, feng, xu, zhou):
    actions.set_rules(["administrator", "leader"], by=xu)
    needed = {user.username for user in (zhao, wu, wang, feng, xu, zhou) if FactorRule.objects.needed_by(user)}
    assert needed == {"wu", "wang"}
    assert set(FactorRule.objects.people().values_list("username", flat=True)) == needed
    console = factories.make_user("首任", username="root")
    console.is_superuser = True
    console.save()
    assert FactorRule.objects.needed_by(console)
    assert console in FactorRule.objects.people()


def test_a_security_administrator_says_who_has_to_have_it(client, zhao, wang, feng, xu):
    for user in (zhao, wang, feng):
        client.force_login(user)
        assert client.get(RULES).status_code == 403
        assert client.post(RULES, {"roles": ["office"]}).status_code == 403
    assert not FactorRule.objects.exists()
    client.force_login(xu)
    assert client.post(RULES, {"roles": ["office", "auditor"]}).url == RULES
    assert FactorRule.objects.roles() == {"office", "auditor"}
    entry = ActivityEntry.objects.get(verb="units.factor_rules")
    assert entry.changes == {"必须使用": ["没有", "办公室工作人员、审计员"]}
    page = client.get(RULES).content.decode()
    assert "还没有设置的有 2 个账号" in page
    listed = client.get(reverse("units:user_list"), {"state": "factor_missing"}).content.decode()
    assert "赵办" in listed
    assert "王管" not in listed
    assert "所选的角色不存在" in client.post(RULES, {"roles": ["king"]}).content.decode()


def test_somebody_elses_is_reset_with_a_reason(client, zhao, secret, xu, wang):
    address = reverse("units:user_reset_factor", args=[zhao.pk])
    elsewhere = Client()
    elsewhere.force_login(zhao)
    client.force_login(wang)
    assert client.post(address, {"reason": "丢了"}).status_code == 403
    client.force_login(xu)
    assert "请写明重置的原因" in client.post(address, {"reason": "  "}).content.decode()
    assert SecondFactor.objects.exists()
    client.post(address, {"reason": "手机遗失，已当面核对工作证"})
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert not LoginSession.objects.filter(account=zhao).exists()
    entry = ActivityEntry.objects.get(verb="units.factor_reset")
    assert (entry.actor, entry.changes["原因"][1]) == (xu, "手机遗失，已当面核对工作证")
    assert Notice.objects.filter(user=zhao, text__contains="已由").exists()
    with pytest.raises(InvalidTransition, match="没有启用"):
        actions.reset(zhao, reason="再来", by=xu)


def test_nobody_resets_the_own_one_nor_that_of_the_console(zhao, secret, xu, clock):
    made = factors.new_secret()
    actions.enrol(xu, secret=made, typed=factors.code_at(made, clock[0]))
    with pytest.raises(Refused, match="自己的两步验证"):
        actions.reset(xu, reason="自己", by=xu)
    zhao.is_superuser = True
    zhao.save()
    with pytest.raises(Refused, match="初始账号"):
        actions.reset(zhao, reason="越权", by=xu)
    assert SecondFactor.objects.count() == 2


def test_on_the_server_a_factor_is_reset_by_command(zhao, secret, capsys):
    call_command("reset_factor", "zhao", reason="全部恢复码遗失")
    assert "已重置" in capsys.readouterr().out
    assert not SecondFactor.objects.exists()
    for name in ("zhao", "nobody"):
        with pytest.raises(CommandError):
            call_command("reset_factor", name, reason="再来")


def test_after_the_servers_key_was_changed_recovery_codes_still_count(client, zhao, secret, clock, settings):
    settings.SECRET_KEY = "another-key-of-the-server"
    first_step(client)
    assert "服务器的密钥更换过" in second_step(client, factors.code_at(secret, clock[0])).content.decode()
    assert second_step(client, zhao.codes[0]).status_code == 302
