"""Deployment files, read as text and as YAML: no container engine runs here, so what can be seen without one is seen to."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
SERVICES = yaml.safe_load(COMPOSE)["services"]
OURS = ("migrate", "web", "worker", "renderer", "beat")
SECRETS = {"DJANGO_SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"}


def interpolated() -> dict[str, str]:
    """Variables that compose takes from the environment, each with what follows its name (``:-default`` or ``:?message``)."""
    text = "\n".join(line for line in COMPOSE.splitlines() if not line.lstrip().startswith("#"))
    return dict(re.findall(r"(?<!\$)\$\{(\w+)([^}]*)\}", text))


def read_by_settings() -> set[str]:
    text = (ROOT / "config/settings.py").read_text(encoding="utf-8")
    return set(re.findall(r"""\benv(?:_bool|_list)?\(\s*["'](\w+)["']""", text))


def read_elsewhere() -> set[str]:
    """Variables that other code reads from the environment directly, and that are ours rather than the system's."""
    found = set()
    for folder in ("config", "jobs", "units", "inspections", "reports", "tools"):
        for file in (ROOT / folder).rglob("*.py"):
            found |= set(re.findall(r"""environ(?:\.get\(|\[)\s*["'](\w+)["']""", file.read_text(encoding="utf-8")))
    return found - {"ARGS", "PATH", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "FONTCONFIG_FILE", "DJANGO_SETTINGS_MODULE"}


def explained() -> set[str]:
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", EXAMPLE, re.MULTILINE))


def test_every_variable_is_explained_and_every_explained_one_is_read():
    known_to_programs = {"WEB_CONCURRENCY"}  # gunicorn's own
    read = read_by_settings() | read_elsewhere() | set(interpolated()) | known_to_programs
    assert read_by_settings() > {"DATABASE_URL", "DJANGO_SECRET_KEY"}
    assert explained() - read == set(), "explained, but nothing reads it"
    assert read - explained() == set(), "read, but .env.example does not explain it"


def test_every_setting_given_by_compose_is_read():
    given = set(SERVICES["web"]["environment"]) | set(SERVICES["worker"]["environment"])
    assert given <= read_by_settings() | {"WEB_CONCURRENCY"}


def test_every_setting_reaches_the_containers():
    """What .env says and compose does not hand on would be explained and without effect."""
    fixed_in_the_image = {"DUCHATONG_VAR", "MEDIA_ROOT"}
    for_developers = {"DJANGO_DEBUG"}
    assert read_by_settings() - fixed_in_the_image - for_developers - set(SERVICES["worker"]["environment"]) == set()


def test_secrets_have_no_default_anywhere():
    for name in SECRETS:
        assert interpolated()[name].startswith(":?"), f"{name} must stop the start when it is not set"
        assert re.search(rf"^{name}=$", EXAMPLE, re.MULTILINE), f"{name} must be empty in .env.example"
    for word in re.findall(r"^\s*\w*(?:PASSWORD|SECRET_KEY): +(.*)", COMPOSE, re.MULTILINE):
        assert word.startswith("${"), word


def test_the_six_services_and_the_migration_are_there():
    assert set(SERVICES) == {"migrate", "web", "worker", "renderer", "beat", "db", "redis"}
    assert len({SERVICES[name]["image"] for name in OURS}) == 1


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_is_guarded(name):
    service = SERVICES[name]
    assert service["user"] not in {"root", "0", "0:0"}
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "privileged" not in service
    assert service["volumes"]
    assert service["logging"]["options"]["max-size"]
    if name == "migrate":
        assert service["healthcheck"] == {"disable": True}
        assert service["restart"] == "no"
    else:
        assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
        assert service["healthcheck"]["interval"]
        assert service["restart"] == "unless-stopped"


def test_volumes_and_networks_are_declared():
    document = yaml.safe_load(COMPOSE)
    named = {volume.partition(":")[0] for service in SERVICES.values() for volume in service["volumes"]}
    assert named == set(document["volumes"])
    assert {network for service in SERVICES.values() for network in service["networks"]} == set(document["networks"])


def test_only_the_web_service_is_reachable_and_only_from_the_host():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["web"]
    assert SERVICES["web"]["ports"] == ["${HTTP_BIND:-127.0.0.1:8000}:8000"]
    assert yaml.safe_load(COMPOSE)["networks"]["inside"]["internal"] is True


def test_services_wait_for_the_migration():
    for name in ("web", "worker", "renderer", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert SERVICES[name]["depends_on"]["db"]["condition"] == "service_healthy"


def stages() -> list[str]:
    return re.split(r"(?m)^(?=FROM )", DOCKERFILE)[1:]


def test_image_is_pinned_multi_stage_and_not_root():
    assert len(stages()) >= 3
    for stage in stages():
        assert re.match(r"FROM [\w.\-]+:[\w.\-]+", stage), "every base image names its version"
        assert ":latest" not in stage.splitlines()[0]
    final = stages()[-1]
    user = re.search(r"^USER (\d+):\d+$", final, re.MULTILINE)
    assert user
    assert int(user.group(1)) >= 1000
    assert final.index("USER ") < final.index('CMD ["gunicorn"')
    assert "HEALTHCHECK" in final
    assert SERVICES["web"]["user"].startswith(user.group(1))


def test_image_holds_no_secret_and_only_the_code():
    assert not re.search(r"^(ARG|ENV).*(SECRET|PASSWORD)", DOCKERFILE, re.MULTILINE)
    assert not re.search(r"^COPY \. ", DOCKERFILE, re.MULTILINE)
    assert not re.search(r"^ADD ", DOCKERFILE, re.MULTILINE)
    assert "tests" not in DOCKERFILE


def test_everything_that_is_copied_exists_and_passes_the_ignore_file():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "**" in ignored
    for words in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for source in words.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert f"!{source}" in ignored, f"{source} is copied but ignored"
    for allowed in (line[1:] for line in ignored if line.startswith("!")):
        assert (ROOT / allowed).exists(), allowed


def test_image_installs_the_libraries_that_set_up_installs():
    import system

    final = stages()[-1]
    for package in system.APP:
        if package.name.startswith("lib"):
            assert package.name in final


def test_every_app_is_in_the_image():
    from django.conf import settings

    ours = [app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()]
    assert len(ours) >= 4
    for app in [*ours, "config", "templates", "static"]:
        assert f"COPY {app} ./{app}" in DOCKERFILE


def test_continuous_integration_runs_both_commands():
    script = ROOT / ".ci/run"
    text = script.read_text(encoding="utf-8")
    assert script.stat().st_mode & stat.S_IXUSR
    assert re.search(r"^make check", text, re.MULTILINE)
    assert re.search(r"^make test", text, re.MULTILINE)


def test_every_queue_has_a_service_that_takes_it():
    from django.conf import settings

    def queue(service: str) -> str:
        command = SERVICES[service]["command"]
        return command[command.index("--queues") + 1]

    assert {queue("worker"), queue("renderer")} == set(settings.CELERY_TASK_QUEUES)
    assert SERVICES["renderer"]["mem_limit"]
