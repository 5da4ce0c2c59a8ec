"""权限对照表: who may do what, for those who administer and audit; to be searched and printed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from units.rights import Policy, Scope, Who, policies
from units.typed import words_of
from units.views.guards import require_office

COLUMNS = tuple(Who)


@require_GET
def policy_list(request: HttpRequest) -> HttpResponse:
    """All rows of the table, or those of one role and those that a word is found in."""
    require_office(request)
    words = words_of(request.GET.get("q"))
    role = next((who for who in COLUMNS if who.name.lower() == request.GET.get("role")), None)
    columns = [role] if role else list(COLUMNS)
    found = [policy for policy in policies() if policy.who and _fits(policy, words) and (role is None or _scope(policy, role))]
    rows = [{"thing": one.thing, "verb": one.verb, "cells": [(who.value, _scope(one, who)) for who in columns]} for one in found]
    context = {
        "rows": rows,
        "columns": [who.value for who in columns],
        "roles": [(who.name.lower(), who.value) for who in COLUMNS],
        "role": role.name.lower() if role else "",
        "role_name": role.value if role else "",
        "q": words,
        "scopes": [scope.value for scope in Scope],
    }
    return render(request, "units/policies/list.html", context)


def _fits(policy: Policy, words: str) -> bool:
    return all(word in f"{policy.thing} {policy.verb}" for word in words.split())


def _scope(policy: Policy, who: Who) -> str:
    """How far the right of ``who`` reaches; what every account may, each role may too."""
    scope = policy.who.get(who)
    if scope is None and who is not Who.VISITOR:
        scope = policy.who.get(Who.ANYONE)
    return scope.value if scope else ""
