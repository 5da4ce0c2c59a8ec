"""Strange requests made from the OpenAPI document, by a system that bears a token: no answer is a fault of ours, each has the agreed shape."""

from __future__ import annotations

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from schemathesis.generation import GenerationMode

from config.api import api
from inspections.api_shapes import CampaignPage, FindingPage, RectificationOut, RectificationPage, TallyOut
from reports.api import ReportPage
from tests.inspections.field.test_fuzz import judge
from units.api import OrganizationOut, OrganizationPage

EXAMPLES = 10
"""Enough to notice a change; eighty of each were tried when this was written."""
SHAPES = {
    "organizations": OrganizationPage,
    "campaigns": CampaignPage,
    "findings": FindingPage,
    "rectifications": RectificationPage,
    "reports": ReportPage,
    "tallies": TallyOut,
}
SINGLE = ("organizations/{organization_id}", "campaigns/{campaign_id}", "findings/{finding_id}", "reports/{report_id}")


@pytest.fixture(scope="module")
def schema():
    return schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))


@pytest.mark.parametrize("name", [*SHAPES, *SINGLE])
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_is_a_fault_of_ours(platform, problem, schema, settings, name, mode):
    settings.API_TOKEN_REQUESTS_PER_MINUTE = 10**6
    strange_requests(platform, schema[f"/api/v1/{name}"]["GET"].as_strategy(generation_mode=mode), name)


def strange_requests(platform, cases, name: str) -> None:
    @how(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def one(case):
        path = name
        for part, value in (case.path_parameters or {}).items():
            path = path.replace(f"{{{part}}}", str(value).replace("/", "").replace("?", "").replace("#", "") or "x")
        query = {str(key): value if isinstance(value, list) else str(value) for key, value in (case.query or {}).items()}
        judge(platform.get(path, **query))

    one()


def test_answers_have_the_shape_that_is_documented(platform, problem, make_row, campaign, town):
    row = make_row(problem)
    for name, shape in SHAPES.items():
        found = platform.read(name, **({"campaign_id": campaign.pk} if name == "tallies" else {}))
        assert set(shape.model_validate(found).model_dump()) == set(found), name
        for field in shape.model_fields.values():
            assert field.title, "each field has a Chinese name"
    for path, shape in ((f"rectifications/{row.pk}", RectificationOut), (f"organizations/{town.pk}", OrganizationOut)):
        found = platform.read(path)
        assert set(shape.model_validate(found).model_dump()) == set(found), path


def test_everything_is_described_in_chinese():
    said = api.get_openapi_schema()["paths"]
    reading = {path: methods for path, methods in said.items() if "/field/" not in path}
    assert len(reading) == len(SHAPES) + 5
    for path, methods in reading.items():
        assert set(methods) == {"get"}, "nothing is written here"
        parameters = [row["schema"]["title"] for row in methods["get"].get("parameters", ())]
        for text in (methods["get"]["summary"], methods["get"]["description"], *parameters):
            assert any("一" <= letter <= "鿿" for letter in text), (path, text)
