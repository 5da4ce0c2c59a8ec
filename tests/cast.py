"""The cast of all tests, in a small invented district.

赵 office of the district · 钱 leader of team one · 孙 member of team one · 李 member of team two · 周 liaison of 青石镇 ·
吴 leader of the district · 郑 office of another district, the stranger · 王 administrator · 许 security administrator · 冯 auditor.
"""

from __future__ import annotations

import pytest

from tests import factories


@pytest.fixture
def district(db):
    """云岭区委, the top of the tree under test."""
    return factories.make_organization("云岭区委", kind="committee", code="YL", short_name="区委")


@pytest.fixture
def town(district):
    """青石镇党委, inspected."""
    return factories.make_organization(
        "青石镇党委", district, kind="committee", code="YL-QS", category=factories.make_category("镇街", collective_name="各镇街党（工）委")
    )


@pytest.fixture
def bureau(district):
    """区档案馆党支部, inspected too."""
    return factories.make_organization("区档案馆党支部", district, code="YL-DA", category=factories.make_category("事业单位"))


@pytest.fixture
def other_district(db):
    """A neighbour whose people must see nothing of ours."""
    return factories.make_organization("临川新区党工委", kind="working_committee", code="LC")


@pytest.fixture
def zhao(district):
    return factories.make_user("赵办", role="office", at=district, username="zhao")


@pytest.fixture
def qian(district):
    return factories.make_user("钱组长", username="qian", organization=factories.make_organization("区委办公室党支部", district))


@pytest.fixture
def sun(district):
    return factories.make_user("孙组员", username="sun", organization=factories.make_organization("区融媒体中心党支部", district))


@pytest.fixture
def li(district):
    return factories.make_user("李组员", username="li", organization=factories.make_organization("区教育局党支部", district))


@pytest.fixture
def zhou(town):
    return factories.make_user("周联络", role="liaison", at=town, username="zhou")


@pytest.fixture
def wu(district):
    return factories.make_user("吴书记", role="leader", at=district, username="wu")


@pytest.fixture
def zheng(other_district):
    return factories.make_user("郑外", role="office", at=other_district, username="zheng")


@pytest.fixture
def wang(district):
    return factories.make_user("王管", role="administrator", at=district, username="wang")


@pytest.fixture
def xu(district):
    return factories.make_user("许安", role="security", at=district, username="xu")


@pytest.fixture
def feng(district):
    return factories.make_user("冯审", role="auditor", at=district, username="feng")


@pytest.fixture
def campaign(district, zhao):
    """A running campaign with a published checklist."""
    return factories.make_campaign(district, zhao)


@pytest.fixture
def team(campaign, qian, sun):
    """Team one: 钱 leads, 孙 is in it."""
    return factories.make_team(campaign, qian, sun)


@pytest.fixture
def other_team(campaign, li):
    """Team two: 李 leads."""
    return factories.make_team(campaign, li, name="第二督查组")


@pytest.fixture
def assignment(campaign, town, team):
    """青石镇党委, on site, given to team one."""
    return factories.make_assignment(campaign, town, team)


@pytest.fixture
def finding(assignment, qian):
    """A problem that 钱 noted at 青石镇党委."""
    return factories.make_finding(assignment, qian)
