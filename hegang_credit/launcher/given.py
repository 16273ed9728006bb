"""Servers that somebody else runs (``DATABASE_URL``, ``REDIS_URL``): do they answer? Asked before anything is started.

What is said names the variable and the place, never the password.
"""

import socket
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg2
import redis

from .processes import LauncherError

_SECONDS: Final = 5
_POSTGRES: Final = ("postgres", "postgresql", "psql", "pgsql")
_REDIS: Final = ("redis", "rediss", "unix")


def require_answers(addresses: Mapping[str, str]) -> None:
    """LauncherError, one sentence, when a server that is given cannot be used."""
    if url := addresses.get("DATABASE_URL"):
        _database(url)
    if url := addresses.get("REDIS_URL"):
        _broker(url)


def connection_words(url: str) -> dict[str, str | int]:
    """What psycopg2 is told to connect to the database of this address. ValueError when it is none."""
    parts = urlsplit(url)
    if parts.scheme not in _POSTGRES or not parts.hostname:
        raise ValueError(url)
    words: dict[str, str | int] = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    words |= {"host": unquote(parts.hostname), "port": parts.port or 5432, "connect_timeout": _SECONDS}
    given = {"user": parts.username, "password": parts.password, "dbname": parts.path.strip("/")}
    return words | {name: unquote(value) for name, value in given.items() if value}


def _database(url: str) -> None:
    try:
        words = connection_words(url)
    except ValueError as error:
        raise LauncherError(
            "DATABASE_URL 不是数据库地址，应形如 postgres://用户:口令@主机:端口/库名。"
        ) from error
    host, port = str(words["host"]), int(words["port"])
    if not host.startswith("/"):
        _connect("DATABASE_URL", "数据库", host, port)
    try:
        psycopg2.connect(**words).close()
    except psycopg2.Error as error:
        raise LauncherError(
            f"DATABASE_URL 所指的数据库 {host}:{port} 有应答，但不接受其中的用户、口令或库名，请改正后重试。"
        ) from error


def _broker(url: str) -> None:
    try:
        if urlsplit(url).scheme not in _REDIS:
            raise ValueError(url)
        client = redis.Redis.from_url(url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS)
    except ValueError as error:
        raise LauncherError("REDIS_URL 不是消息服务器地址，应形如 redis://:口令@主机:端口/0。") from error
    words = client.connection_pool.connection_kwargs
    if "path" not in words:
        _connect("REDIS_URL", "消息服务器", words.get("host", "localhost"), words.get("port", 6379))
    place = words.get("path") or f"{words.get('host', 'localhost')}:{words.get('port', 6379)}"
    try:
        client.ping()
    except redis.RedisError as error:
        raise LauncherError(
            f"REDIS_URL 所指的消息服务器 {place} 没有按 Redis 协议应答，或者不接受其中的口令，请改正后重试。"
        ) from error
    finally:
        client.close()


def _connect(variable: str, what: str, host: str, port: int) -> None:
    try:
        socket.create_connection((host, port), _SECONDS).close()
    except OSError as error:
        raise LauncherError(
            f"{variable} 所指的{what} {host}:{port} 连接不上，请检查地址，或者取消该变量，由本程序自行启动。"
        ) from error
