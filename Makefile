# Everything a developer or operator types. The work is done in tools/*.py, which explain themselves.
# PYTHON only needs to be some Python 3.11+; all else lives in .venv, node_modules and var.
PYTHON ?= python3
VENV := .venv/bin/python
# Command-line variables (PORT=, DEMO=, DEMO_PASSWORD=, ARGS=) reach the commands through the environment.
export ARGS

.DEFAULT_GOAL := help
.PHONY: help run test check fmt report bench bench-reports bench-field bench-load bench-migration bench-scale screenshots audit clean

help: ## 显示本说明
	@echo "督查通：常用命令"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | sed -E 's/\|/            /; s/^(.{22}) */\1/' 
	@echo "  可选变量：PORT=8080  DEMO=0  DEMO_PASSWORD=…（run）；ARGS='-k 关键字'（test）"

run: ## 安装所需的一切并启动：http://127.0.0.1:8000
	@$(PYTHON) tools/prepare.py run

test: ## 运行全部测试：SQLite、PostgreSQL + Redis、浏览器
	@$(PYTHON) tools/prepare.py tests
	@$(VENV) tools/suites.py

check: ## 格式、静态检查、类型、导入规则、迁移、部署检查
	@$(PYTHON) tools/prepare.py checks
	@$(VENV) tools/checks.py

audit: ## 代码安全（bandit）和依赖包已知漏洞（pip-audit、npm audit，需要联网）
	@$(PYTHON) tools/prepare.py checks
	@$(VENV) tools/audit.py

fmt: ## 统一代码格式并自动修正
	@$(PYTHON) tools/prepare.py checks
	@$(VENV) -m ruff format .
	@$(VENV) -m ruff check --fix .

report: ## 用演示数据生成四部分督查报告到 var/reports
	@$(PYTHON) tools/prepare.py app
	@$(VENV) tools/demo_report.py

bench: ## 运行 benchmarks/ 下的全部性能对比
	@$(PYTHON) tools/prepare.py checks
	@set -e; for file in benchmarks/[a-z]*.py; do echo "== $$file"; PYTHONPATH=. $(VENV) "$$file"; done

bench-reports: ## 报告成稿速度：与 WeasyPrint、Chromium、LibreOffice 对比，并核对结果是否正确
	@$(PYTHON) tools/prepare.py tests
	@PYTHONPATH=. $(VENV) -m benchmarks.reports $(ARGS)

bench-field: ## 手机上传速度：SQLite 与 PostgreSQL、一个和八个客户端，并核对一条不少、一条不重
	@$(PYTHON) tools/prepare.py tests
	@PYTHONPATH=. $(VENV) -m benchmarks.field $(ARGS)

bench-load: ## 多人同时使用：200 名督查员上传、20 人查看（ARGS="--inspectors 40 --readers 40"），并核对一条不少、一条不重
	@$(PYTHON) tools/prepare.py tests
	@PYTHONPATH=. $(VENV) -m benchmarks.load $(ARGS)

bench-migration: ## 升级停机时间：一百万条发现的数据库逐个迁移计时（ARGS="--findings 100000"）
	@$(PYTHON) tools/prepare.py tests
	@PYTHONPATH=. $(VENV) -m benchmarks.migration $(ARGS)

bench-scale: ## 大规模汇总：SIZE=small、medium 或 full（百万组织、两千万发现），并逐条核对汇总
	@$(PYTHON) tools/prepare.py tests
	@PYTHONPATH=. $(VENV) -m benchmarks.scale $(ARGS)

screenshots: ## 重新截取说明文档中的界面图
	@$(PYTHON) tools/prepare.py tests
	@$(VENV) tools/screenshots.py

clean: ## 删除各种缓存和可重新生成的文件（保留数据库、附件和字体）
	@rm -rf var/static var/vendor var/reports var/report-demo .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv/*' -not -path './node_modules/*' -prune -exec rm -rf {} +
