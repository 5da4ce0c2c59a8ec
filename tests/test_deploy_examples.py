"""The examples in deploy/: what an operator copies has to be right, and the scaled composition shares what it may and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import trustme
import yaml

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
SITES = sorted((DEPLOY / "nginx").glob("*.conf"))
OURS = ("migrate", "web", "worker", "renderer", "beat")
LONG = "proxy_set_header"


def unit(path: Path) -> dict[str, list[str]]:
    """Return the settings of a unit; a key may come several times."""
    found: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(key.strip(), []).append(value.strip())
    return found


def test_there_is_a_unit_for_each_process_and_a_target_for_all():
    names = {path.stem for path in UNITS}
    assert names == {"duchatong-web", "duchatong-worker@", "duchatong-renderer@", "duchatong-beat"}
    wanted = " ".join(unit(DEPLOY / "systemd/duchatong.target")["Wants"])
    assert all(name in wanted for name in names)
    assert wanted.count("duchatong-beat") == 1


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_runs_a_command_of_ours_without_rights_it_does_not_need(path):
    found = unit(path)
    assert found["User"] == ["duchatong"]
    assert found["NoNewPrivileges"] == ["yes"]
    assert found["ProtectSystem"] == ["strict"]
    assert found["Restart"] == ["on-failure"]
    (command,) = found["ExecStart"]
    assert command.startswith("/opt/duchatong/.venv/bin/python -m ")
    assert re.search(r"config\.wsgi:application|--app config ", command)
    assert not re.search(r"(?i)password|secret", path.read_text()), "passwords stand in the environment file, readable by root only"


def test_workers_of_the_units_take_the_queues_that_there_are(settings):
    taken = set(re.findall(r"--queues (\w+)", " ".join(unit(path)["ExecStart"][0] for path in UNITS)))
    assert taken == set(settings.CELERY_TASK_QUEUES)


def test_requests_wait_while_the_web_service_starts_again():
    """The socket is systemd's and stays open; a service that bound the port itself would refuse them."""
    socket = unit(DEPLOY / "systemd/duchatong-web.socket")
    service = unit(DEPLOY / "systemd/duchatong-web.service")
    assert socket["ListenStream"] == ["127.0.0.1:8000"]
    assert service["Requires"] == ["duchatong-web.socket"]
    assert "--bind" not in service["ExecStart"][0]
    assert "proxy_pass http://duchatong;" in (DEPLOY / "nginx/duchatong.conf").read_text()
    assert "server 127.0.0.1:8000 " in (DEPLOY / "nginx/duchatong.conf").read_text()


def test_systemd_finds_nothing_to_say(tmp_path):
    """Systemd's own check, where it is installed; the program that a unit starts has to exist for it."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        return
    for path in [*UNITS, DEPLOY / "systemd/duchatong.target"]:
        text = path.read_text().replace("/opt/duchatong/.venv/bin/python", shutil.which("true") or "/bin/true")
        text = text.replace("WorkingDirectory=/opt/duchatong", f"WorkingDirectory={tmp_path}").replace("User=duchatong", "User=daemon")
        text = text.replace("Group=duchatong", "Group=daemon")
        name = path.name.replace("@", "@1")
        (tmp_path / name).write_text(text)
    (tmp_path / "duchatong-web.socket").write_text((DEPLOY / "systemd/duchatong-web.socket").read_text())
    names = [str(tmp_path / path.name.replace("@", "@1")) for path in UNITS] + [str(tmp_path / "duchatong-web.socket")]
    done = subprocess.run([analyze, "verify", "--man=no", *names], capture_output=True, text=True, check=False, timeout=60)
    said = [line for line in (done.stdout + done.stderr).splitlines() if "duchatong" in line]
    assert (done.returncode, said) == (0, []), done.stderr


# --- nginx ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SITES, ids=lambda path: path.stem)
def test_what_a_visitor_sends_does_not_pass_for_the_proxys_word(path):
    """Each place that hands a request on sets every header that the application believes."""
    text = path.read_text()
    assert text.count("{") == text.count("}")
    for block in re.findall(r"location[^{]*\{([^}]*)\}", text):
        if "proxy_pass" not in block:
            continue
        for header, value in (("X-Forwarded-Host", "$host"), ("X-Forwarded-Proto", "$scheme"), ("X-Forwarded-For", "$remote_addr")):
            assert re.search(rf"{LONG} {header} {re.escape(value)};", block), (header, block)
    assert "$proxy_add_x_forwarded_for" not in text
    assert "$request_uri" not in text.partition("log_format")[2].partition(";")[0], "the log holds no query"


@pytest.mark.parametrize("path", SITES, ids=lambda path: path.stem)
def test_the_proxy_lets_through_what_the_application_takes(path, settings):
    text = path.read_text()
    (most,) = re.findall(r"client_max_body_size (\d+)m;", text)
    assert int(most) * 2**20 >= settings.REQUEST_MAX_BYTES
    assert "return 301 https://" in text
    assert set(re.findall(r"ssl_protocols ([^;]+);", text)) == {"TLSv1.2 TLSv1.3"}
    assert re.search(r"location.*metrics[^{]*\{[^}]*(deny all|return 404)", text), "measurements are not for everybody"


@pytest.mark.parametrize("path", SITES, ids=lambda path: path.stem)
def test_nginx_takes_it(path, tmp_path):
    """Nginx's own check, where it is installed."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        return
    made = trustme.CA().issue_cert("ducha.example.cn")
    made.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    text = re.sub(r"/etc/nginx/certs/duchatong\.(pem|key)", str(tmp_path / "both.pem"), path.read_text())
    text = re.sub(r"listen \[::\][^;]*;", "", text.replace("/var/log/nginx", str(tmp_path)))
    # Ports that anybody may take, and no write to the machine's own log.
    text = re.sub(r"listen (80|443)\b", r"listen 127.0.0.1:18\1", text)
    (tmp_path / "site.conf").write_text(text)
    whole = f"pid {tmp_path}/pid; error_log {tmp_path}/errors; events {{}}\nhttp {{ access_log off; include {tmp_path}/site.conf; }}\n"
    for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"):
        whole = whole.replace("http {", f"http {{ {kind}_temp_path {tmp_path}/{kind};", 1)
    (tmp_path / "nginx.conf").write_text(whole)
    command = [nginx, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-g", "daemon off;"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr


# --- PostgreSQL -------------------------------------------------------------------------------------------------------------


def test_postgresql_knows_the_settings(db):
    """Names against the server's own list where it is PostgreSQL; the form of each line everywhere."""
    from django.db import connection

    lines = [line for line in (DEPLOY / "postgresql/duchatong.conf").read_text().splitlines() if line and not line.startswith("#")]
    names = dict(re.fullmatch(r"(\w+) = ('?[\w. ]+'?)", line).groups() for line in lines)
    assert names["synchronous_commit"] == "on", "what was confirmed stays"
    assert names["log_error_verbosity"] == "terse", "errors would quote rows"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM pg_settings")
            assert set(names) <= {row[0] for row in cursor.fetchall()}


# --- several containers -----------------------------------------------------------------------------------------------------


class Reset:
    """``!reset``: what the first file says is forgotten."""


class Loader(yaml.SafeLoader):
    """Reads compose files."""


Loader.add_constructor("!reset", lambda *_: Reset())


def merged() -> dict[str, dict]:
    """Return the services as compose puts the two files together: mappings are merged, all else is replaced, ports and volumes added up."""
    first, second = (yaml.load((ROOT / name).read_text(), Loader) for name in ("docker-compose.yml", "docker-compose.scale.yml"))  # noqa: S506
    services = {name: dict(service) for name, service in first["services"].items()}
    for name, more in second["services"].items():
        service = services.setdefault(name, {})
        for key, value in more.items():
            if isinstance(value, Reset):
                service.pop(key, None)
            elif key == "environment":
                service[key] = {**service.get(key, {}), **value}
            elif key in {"ports", "volumes"}:
                service[key] = [*service.get(key, []), *value]
            else:
                service[key] = value
    return services


def test_scaled_containers_share_nothing_but_database_redis_and_bucket():
    services = merged()
    for name in OURS:
        service = services[name]
        assert "volumes" not in service, f"{name}: a folder of this machine"
        assert "ports" not in service, f"{name}: a second container could not have the same port"
        assert not {"container_name", "hostname", "network_mode", "ipc", "pid", "volumes_from"} & set(service), name
        shared = service["environment"]
        assert shared["DATABASE_URL"].startswith("postgres://")
        assert shared["CELERY_BROKER_URL"].startswith("redis://")
        for key in ("S3_BUCKET", "S3_ACCESS_KEY", "S3_SECRET_KEY"):
            assert ":?" in shared[key], "a start without it would keep files in the container"
    for name in ("web", "worker", "renderer"):
        assert "outside" in services[name]["networks"], f"{name} reaches the bucket"
    assert services["proxy"]["networks"] == ["outside"], "the proxy reaches neither database nor Redis"
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    for volume in services["proxy"]["volumes"]:
        assert volume.endswith(":ro"), "the proxy keeps nothing"


def test_every_file_that_the_scaled_composition_names_is_there():
    for volume in merged()["proxy"]["volumes"]:
        place = ROOT / volume.partition(":")[0]
        assert place.is_file() or place.name == "certs", place
