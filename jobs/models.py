"""The truth about background work: one row per job, which pages poll and workers claim (design §4.3)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from jobs.registry import ORDINARY, RENDERING, kinds_of, queue_of

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


@dataclass(frozen=True)
class Waiting:
    """What waits in one queue."""

    count: int = 0
    oldest: datetime | None = None


class JobQuerySet(models.QuerySet["Job"]):
    """Sets of jobs."""

    def visible_to(self, user: AbstractBaseUser) -> JobQuerySet:
        """Jobs are seen by whoever started them, nobody else: results may hold data of the starter's scope only."""
        return self.filter(started_by_id=user.pk)

    def claimable(self) -> JobQuerySet:
        """Jobs that wait, or whose worker has given no sign of life for ``JOB_STALE_SECONDS``."""
        now, patience = timezone.now(), timedelta(seconds=settings.JOB_STALE_SECONDS)
        # A sign of life from the future is none: the clock has been put back, and a worker that lives has given one since.
        silent = Q(beat_at__lt=now - patience) | Q(beat_at__gt=now + patience)
        return self.filter(Q(status=Job.Status.QUEUED) | silent & Q(status=Job.Status.RUNNING))

    def waiting(self) -> dict[str, Waiting]:
        """Return for each queue how many jobs wait and since when the oldest of them; one query."""
        found = {queue: Waiting() for queue in (ORDINARY, RENDERING)}
        queued = self.filter(status=Job.Status.QUEUED).order_by()
        for row in queued.values("kind").annotate(count=models.Count("pk"), first=models.Min("created_at")):
            queue = queue_of(row["kind"])
            known = found[queue]
            oldest = min(moment for moment in (known.oldest, row["first"]) if moment)
            found[queue] = Waiting(known.count + row["count"], oldest)
        return found

    def unfinished(self) -> JobQuerySet:
        """Jobs that are waiting or running."""
        return self.filter(status__in=Job.UNFINISHED)


class Job(models.Model):
    """One piece of background work started by a person."""

    class Status(models.TextChoices):
        """The states of a job."""

        QUEUED = "queued", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "未完成"
        CANCELLED = "cancelled", "已取消"

    UNFINISHED = (Status.QUEUED, Status.RUNNING)
    MAX_TRIES = 3

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("类型", max_length=60)
    title = models.CharField("名称", max_length=200)
    params = models.JSONField("参数", default=dict)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.QUEUED)
    done = models.PositiveIntegerField("已完成数", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    done_before = models.PositiveIntegerField("接手前已完成数", default=0)
    note = models.CharField("当前步骤", max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField("执行次数", default=0)
    cancel_requested = models.BooleanField("已请求取消", default=False)
    error = models.TextField("失败原因", blank=True)
    result = models.JSONField("结果", default=dict)
    file = models.FileField("结果文件", upload_to="jobs/", blank=True)
    file_name = models.CharField("文件名", max_length=200, blank=True)
    back_url = models.CharField("返回页面", max_length=300, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="jobs", verbose_name="发起人")
    created_at = models.DateTimeField("发起时间", auto_now_add=True)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    beat_at = models.DateTimeField("最近心跳", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ("-created_at",)
        indexes = (models.Index(fields=("status", "beat_at")), models.Index(fields=("started_by", "-created_at")))

    def __str__(self) -> str:
        return self.title

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to this job."""
        return self.status not in self.UNFINISHED

    @property
    def percent(self) -> int:
        """Progress from 0 to 100; 100 only when the job is done."""
        if self.status == self.Status.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0

    @property
    def rate(self) -> float:
        """Units of work per second since the job was (last) started, 0 when not known yet; what an earlier worker did does not count."""
        done = self.done - self.done_before
        if not self.started_at or done <= 0:
            return 0.0
        seconds = ((self.finished_at or timezone.now()) - self.started_at).total_seconds()
        return done / seconds if seconds > 0 else 0.0

    @property
    def seconds_left(self) -> int | None:
        """An estimate from the rate so far, or ``None`` when it cannot be given."""
        if self.is_finished or self.done >= self.total or self.rate <= 0:
            return None
        return round((self.total - self.done) / self.rate)


class JobItem(models.Model):
    """The outcome of one unit of work within a job, e.g. one organization's document."""

    class Status(models.TextChoices):
        """The states of an item."""

        WAITING = "waiting", "等待"
        DONE = "done", "成功"
        FAILED = "failed", "失败"

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="items", verbose_name="任务")
    position = models.PositiveIntegerField("顺序", default=0)
    key = models.CharField("标识", max_length=64)
    label = models.CharField("名称", max_length=200)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.WAITING)
    error = models.TextField("失败原因", blank=True)
    file = models.FileField("文件", upload_to="jobs/items/", blank=True)
    file_name = models.CharField("文件名", max_length=200, blank=True)
    data: Any = models.JSONField("附加数据", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "任务明细"
        ordering = ("position", "pk")
        constraints = (models.UniqueConstraint(fields=("job", "key"), name="job_item_once"),)

    def __str__(self) -> str:
        return self.label


class WorkerBeat(models.Model):
    """The last sign of life of the workers of a queue: one row each, so that pages and ``/healthz`` can say when none is running."""

    name = models.CharField("队列", max_length=40, primary_key=True)
    beat_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "后台进程心跳"

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def last_of(queue: str) -> datetime | None:
        """Return when a worker of ``queue`` last gave a sign of life: took a message, or beat for the job it is busy with."""
        beat = WorkerBeat.objects.filter(name=queue).values_list("beat_at", flat=True).first()
        busy = Job.objects.filter(status=Job.Status.RUNNING, kind__in=kinds_of(queue)).aggregate(last=models.Max("beat_at"))["last"]
        return max((moment for moment in (beat, busy) if moment), default=None)


class FileCheck(models.Model):
    """One pass over all stored files, compared with the rows that name them; interrupted, it goes on where it was."""

    day = models.DateField("日期", null=True, unique=True)
    """Of a pass that began by itself; none for one that somebody asked for."""
    started_at = models.DateTimeField("开始时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    held_at = models.DateTimeField("正在核对", null=True, blank=True)
    """Since when, or last when, a process has been at it; none while nobody is."""
    stage = models.CharField("核对到", max_length=100, blank=True)
    cursor = models.CharField("位置", max_length=300, blank=True)
    files = models.PositiveIntegerField("文件数", default=0)
    size = models.PositiveBigIntegerField("字节数", default=0)
    missing = models.PositiveIntegerField("缺失", default=0)
    changed = models.PositiveIntegerField("与记录不符", default=0)
    unknown = models.PositiveIntegerField("没有记录引用", default=0)
    faults: Any = models.JSONField("问题", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "附件核对"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"附件核对 {timezone.localtime(self.started_at):%Y-%m-%d}"

    @property
    def is_clean(self) -> bool:
        """Whether every row has its file, unchanged; files that nobody names are untidy and no loss."""
        return not self.missing and not self.changed
