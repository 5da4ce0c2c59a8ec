"""What ``make audit`` looks at: insecure code (bandit) and known holes in what we build on (pip-audit, npm audit).

The last two ask a service on the internet or its mirror. Where it does not answer, that is said and counts as not passed: silence is no
clean bill. Findings of bandit of medium weight and above are each explained here, or they fail.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("config", "jobs", "units", "inspections", "reports", "tools")
OWN_NAMES = "表名、列名和占位符由程序自己拼出，值一律用参数传递"
ESCAPED = "内容已由模板或 escape 转义，这里只是标明不再转义"
EXPLAINED: dict[tuple[str, str], tuple[int, str]] = {
    ("B608", "inspections/tallies/ranges.py"): (4, OWN_NAMES),
    ("B608", "inspections/tallies/storing.py"): (3, OWN_NAMES),
    ("B608", "jobs/backups/rows.py"): (1, OWN_NAMES),
    ("B608", "units/actions/pruning.py"): (1, OWN_NAMES),
    ("B608", "units/bulk_rows.py"): (2, OWN_NAMES),
    ("B608", "units/models/grams.py"): (1, OWN_NAMES),
    ("B104", "jobs/management/commands/serve.py"): (1, "只作比较：监听全部地址时，自检改访问本机地址"),
    ("B104", "units/lockout.py"): (1, "表示“地址不明”的文字，不用于监听"),
    ("B314", "reports/rendering/drawing.py"): (1, "解析的是本程序图表组件刚刚生成的 SVG，不是外来文件"),
    ("B703", "reports/rendering/pdf.py"): (1, "由数字和固定文字拼成"),
    ("B703", "reports/templatetags/typesetting.py"): (1, ESCAPED),
    ("B703", "units/forms/pickers.py"): (1, ESCAPED),
    ("B308", "units/forms/pickers.py"): (1, ESCAPED),
    ("B703", "units/templatetags/ui.py"): (2, ESCAPED),
    ("B308", "units/templatetags/ui.py"): (2, ESCAPED),
    ("B310", "tools/screenshots.py"): (1, "只访问本机上刚启动的服务，不随产品运行"),
}
"""Test and file, with how many of them there are and why they stand: one more in the same file has to be looked at."""


def bandit_findings(folders: tuple[str, ...] = FOLDERS) -> Counter[tuple[str, str]]:
    """Return what bandit finds of medium weight and above, by test and file. Raises ``RuntimeError`` when it does not run."""
    command = [sys.executable, "-m", "bandit", "-q", "-r", *folders, "-x", "*/migrations/*", "-f", "json", "--severity-level", "medium"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        results = json.loads(done.stdout)["results"]
    except (ValueError, KeyError) as error:
        raise RuntimeError(done.stderr.strip()[-500:]) from error
    return Counter((row["test_id"], Path(row["filename"]).as_posix().removeprefix("./")) for row in results)


def unexplained(found: Counter[tuple[str, str]]) -> list[str]:
    """Return a line for each place where there is more than ``EXPLAINED`` says, and for each of its rows that has become too much."""
    lines = [
        f"{test} {file}：说明了 {count} 处，实有 {found[test, file]} 处"
        for (test, file), (count, _) in EXPLAINED.items()
        if found[test, file] < count
    ]
    for (test, file), count in sorted(found.items()):
        known, _reason = EXPLAINED.get((test, file), (0, ""))
        if count > known:
            lines.append(f"{test} {file}：{count} 处，已说明的 {known} 处")
    return lines


def code() -> bool:
    """Look for insecure code."""
    try:
        found = bandit_findings()
    except RuntimeError as error:
        print(f"未通过  代码安全 bandit：没有运行成功\n{error}")
        return False
    lines = unexplained(found)
    print(
        f"{'未通过' if lines else '通过'}  代码安全 bandit：中等以上 {found.total()} 处，未说明的 {len(lines)} 个文件", *lines, sep="\n  "
    )
    return not lines


def python_packages() -> bool:
    """Ask for known holes in the pinned Python packages, those that they bring included."""
    command = [sys.executable, "-m", "pip_audit", "--progress-spinner", "off", "--format", "json", "--skip-editable"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        rows = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print("未核对  Python 依赖包 pip-audit：漏洞数据库不能访问。请在能访问互联网的机器上运行：")
        print("  .venv/bin/python -m pip_audit -r requirements-s3.txt")
        return False
    unknown = [row["name"] for row in rows if "skip_reason" in row]
    holes = [f"{row['name']} {row['version']}：{hole['id']}" for row in rows for hole in row.get("vulns", [])]
    if len(unknown) == len(rows):
        print("未核对  Python 依赖包 pip-audit：漏洞数据库没有这些包的数据。请在能访问互联网的机器上运行：")
        print("  .venv/bin/python -m pip_audit -r requirements-s3.txt")
        return False
    print(f"{'未通过' if holes else '通过'}  Python 依赖包 pip-audit：{len(rows)} 个包，{len(unknown)} 个没有数据", *holes, sep="\n  ")
    return not holes


def node_packages() -> bool:
    """Ask for known holes in the front-end files."""
    npm = shutil.which("npm")
    done = npm and subprocess.run([npm, "audit", "--package-lock-only", "--json"], cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        holes = json.loads(done.stdout)["metadata"]["vulnerabilities"] if done else None
    except (ValueError, KeyError):
        holes = None
    if holes is None:
        print("未核对  前端文件 npm audit：漏洞数据库不能访问。请在能访问互联网的机器上运行：npm audit --package-lock-only")
        return False
    print(f"{'未通过' if holes['total'] else '通过'}  前端文件 npm audit：{holes['total']} 个")
    return not holes["total"]


def main(words: list[str]) -> int:
    """Run all three, or with the word ``code`` the one that needs no network; 0 only when each passed."""
    return 0 if all([code()] if words == ["code"] else [code(), python_packages(), node_packages()]) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
