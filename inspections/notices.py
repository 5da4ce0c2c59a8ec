"""What this app tells people: the kinds of notices, by which they choose how to be told."""

from units.notices import notice_kind

TASK = notice_kind("inspections.rectification", "整改任务")
VERIFY = notice_kind("inspections.verification", "整改核验")
CLOSED = notice_kind("inspections.close_out", "销号和回头看")
DUE = notice_kind("inspections.deadline", "整改时限提醒")
EXTENSION = notice_kind("inspections.extension", "延期申请")
