"""What an organization still has to do before it can hand in: said as sentences, each with the step on which it is done."""

from __future__ import annotations

from inspections.models import DeclaredMetric, Submission, SubmissionFile


def missing_before_handing_in(submission: Submission) -> list[str]:
    """Return what is missing, empty when nothing is. A number that the text does not have must be given or said not to exist."""
    file = SubmissionFile.objects.filter(submission=submission, is_current=True).first()
    typed = any(str(text).strip() for text in submission.online.values())
    if file is None and not typed:
        return ["还没有上传材料，也没有在线填写"]
    if file is not None and file.status == file.Status.WAITING:
        return ["上传的文件还在读取，请稍候再提交"]
    if file is not None and file.status == file.Status.UNREADABLE:
        return ["上传的文件无法读取，请换一个文件或移除后在线填写"]
    rows = submission.metrics.filter(status=DeclaredMetric.Status.PROPOSED)
    open_rows = rows.filter(item__is_required=True) | rows.filter(proposed_number__isnull=False)
    count = open_rows.distinct().count()
    return [f"还有 {count} 个指标没有核对"] if count else []
