"""What a campaign found, read once into plain values; nothing below here asks the database again (design §4.5)."""

from reports.facts.grouping import group_findings
from reports.facts.reading import campaign_facts, organization_facts
from reports.facts.values import CampaignFacts, OrganizationFacts

__all__ = ["CampaignFacts", "OrganizationFacts", "campaign_facts", "group_findings", "organization_facts"]
