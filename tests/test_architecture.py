"""The arrow between apps, where a linter cannot see: foreign keys given as text, and templates."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings

LAYERS = ["jobs", "units", "inspections", "reports"]
TEMPLATES = Path(settings.BASE_DIR) / "templates"
NAME = re.compile(r"""\{%\s*(?:url|include|extends)\s+["'](jobs|units|inspections|reports)[:/]""")


def test_foreign_keys_point_downwards():
    checked = 0
    for model in apps.get_models():
        for field in [*model._meta.fields, *model._meta.many_to_many]:
            mine, theirs = model._meta.app_label, field.is_relation and field.related_model._meta.app_label
            if mine in LAYERS and theirs in LAYERS and f"{theirs}.{field.related_model.__name__}" != settings.AUTH_USER_MODEL:
                checked += 1
                assert LAYERS.index(theirs) <= LAYERS.index(mine), f"{model.__name__}.{field.name}"
    assert checked > 20


def test_templates_name_only_lower_apps():
    checked = 0
    for app in LAYERS:
        for template in (TEMPLATES / app).rglob("*.html"):
            for named in NAME.findall(template.read_text(encoding="utf-8")):
                checked += 1
                assert LAYERS.index(named) <= LAYERS.index(app), f"{template.relative_to(TEMPLATES)} names {named}"
    assert checked > 5


def test_verbs_are_not_hidden_in_save():
    for model in apps.get_models():
        if model._meta.app_label in LAYERS:
            assert "save" not in vars(model), f"{model.__name__} overrides save()"
