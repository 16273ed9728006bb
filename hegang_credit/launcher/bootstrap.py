"""First half of ``./dev``, run by whatever Python the machine has: standard library only, run by path.

It answers ``--help`` and ``up --help`` without installing anything, makes ``.venv``, installs the hash-locked requirements when the
lock has changed since last time, and hands over to ``hegang_credit.launcher`` inside the environment.
"""

import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv" / "bin" / "python"
COMMANDS = ("up", "test", "check", "e2e", "bench", "openapi", "manage")
HELP = """\
鹤岗市信用信息共享平台 · 统一入口

用法：./dev <命令> [参数]

  up        启动演示平台：数据库、缓存、网站、后台任务、省平台沙箱。按 Ctrl-C 全部停止，数据保留在 var/。
              --port 端口     网站端口，默认 8000
              --empty         不装入演示记录，只有基准数据（目录、名单、措施等）和账号
              --scale 数量    演示文件中收下的记录至少这么多条，首次默认 300；再次启动沿用上次的数量
              --help          只看 up 的说明
  test      在一次性的数据库和缓存上运行全部测试，并检查覆盖率。其后的参数原样交给 pytest，
              例如 ./dev test tests/records -x
  check     代码检查：风格、类型、分层、迁移、接口文档、生产部署设置
  e2e       浏览器测试（需要 Chromium；可用 CHROMIUM=/路径 指明）
  bench     性能测量，例如 ./dev bench import；不带名称则全部测量
  openapi   重新生成 docs/openapi.yaml
  manage    对演示平台的数据运行 manage.py，例如 ./dev manage shell

环境变量：
  DATABASE_URL、REDIS_URL   给出即使用该服务，不再自行启动
  PG_BIN、REDIS_BIN         改用本机的 PostgreSQL 程序目录、Redis 程序
  CREDIT_VAR_DIR            演示数据、日志和密钥的存放目录，默认 var/
  PYTHON                    指明要用的 Python（3.11 或更高）

首次运行会建立 .venv 并安装依赖（逐个校验哈希），不需要 Docker、apt、make 或 Node。
"""

UP_HELP = """\
用法：./dev up [选项]

启动演示平台：数据库、缓存、网站、后台任务、定时任务、省平台沙箱、政务服务窗口沙箱。按 Ctrl-C 全部停止。

选项：
  --port 端口     网站端口，默认 8000；两个沙箱的端口自动选取，以后空闲时沿用
  --empty         不装入演示记录，只有基准数据（目录、名单、措施等）和账号
  --scale 数量    演示文件中收下的记录至少这么多条（另有按设计退回的行），首次默认 300；再次启动沿用上次的数量
  -h, --help      显示本说明

网站、后台任务、定时任务和沙箱意外退出时自动重新启动；一分钟内超过 5 次，或者数据库、缓存退出，则全部停止并说明原因。
再次启动只做尚未做过的：程序、迁移和基准数据文件没有变化时，不再更新数据表、装入基准数据和演示数据。
数据、日志和密钥在 var/，删除该目录即可从头开始。环境变量见 ./dev --help。
"""


class SetupError(Exception):
    """What the user has to put right first; the text is Chinese."""


def main(argv: list[str]) -> int:
    command = argv[0] if argv else "--help"
    if command in ("-h", "--help", "help"):
        print(HELP, end="")
        return 0
    if command not in COMMANDS:
        print(
            f"没有“{command}”这个命令。可用的命令：{'、'.join(COMMANDS)}。用法见 ./dev --help。",
            file=sys.stderr,
        )
        return 2
    if command == "up" and {"-h", "--help"} & set(argv[1:]):
        print(UP_HELP, end="")
        return 0
    try:
        prepare(ROOT / f"requirements-{'e2e' if command == 'e2e' else 'dev'}.txt")
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    os.chdir(ROOT)
    os.execve(PYTHON, [str(PYTHON), "-m", "hegang_credit.launcher", *argv], _environment())  # noqa: S606
    raise AssertionError("not reached")


def prepare(lock: Path) -> None:
    """Make the virtual environment hold what ``lock`` says; does nothing when it does already."""
    try:
        (ROOT / "var").mkdir(mode=0o700, exist_ok=True)
        guard = os.open(ROOT / "var" / "setup.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise SetupError(
            f"无法写入项目目录 {ROOT}：{error.strerror}。请换到有写权限的目录或用户。"
        ) from error
    fcntl.flock(
        guard, fcntl.LOCK_EX
    )  # a second ./dev waits instead of installing into a half-made environment
    stamp, digest = ROOT / ".venv" / f".{lock.name}.sha256", hashlib.sha256(lock.read_bytes()).hexdigest()
    if not (_works(PYTHON) and stamp.exists() and stamp.read_text() == digest):
        _install(lock)
        stamp.write_text(digest)
    os.close(guard)


def _install(lock: Path) -> None:
    if not _works(PYTHON):
        _say("正在建立虚拟环境 .venv …")
        without_pip = [] if _has("ensurepip") else ["--without-pip"]
        _run([sys.executable, "-m", "venv", "--clear", *without_pip, str(ROOT / ".venv")], "建立虚拟环境失败")
    _say(f"正在按 {lock.name} 安装依赖（逐个校验哈希；首次约需 1 至 3 分钟）…")
    options = [
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
        "--require-hashes",
        "--requirement",
        str(lock),
    ]
    _run([*_pip(), "install", *options], "安装依赖失败，请检查网络或软件源后重试")


def _pip() -> list[str]:
    if (
        subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True, check=False).returncode
        == 0
    ):
        return [str(PYTHON), "-m", "pip"]
    if _has("pip"):  # Debian without python3-venv: the outer pip installs into the environment
        return [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    raise SetupError(
        f"{sys.executable} 既没有 ensurepip 也没有 pip，无法安装依赖。"
        "请安装其一后重试（Debian、Ubuntu：apt install python3-venv），或用 PYTHON=/路径/python3 指明另一个 Python。"
    )


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    probe = [str(python), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def _has(module: str) -> bool:
    spec = importlib.util.find_spec(module)
    return spec is not None and spec.origin is not None  # an empty directory left behind is no module


def _run(argv: list[str], complaint: str) -> None:
    if subprocess.run(argv, env=_environment(), stdin=subprocess.DEVNULL, check=False).returncode:
        raise SetupError(f"{complaint}。")


def _environment() -> dict[str, str]:
    """Drop what would lead Python or pip away from our environment; everything we write is UTF-8."""
    dropped = (
        "PYTHONHOME",
        "PYTHONPATH",
        "PYTHONSAFEPATH",
        "PIP_USER",
        "PIP_TARGET",
        "PIP_PREFIX",
        "VIRTUAL_ENV",
    )
    return {key: value for key, value in os.environ.items() if key not in dropped} | {"PYTHONUTF8": "1"}


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
