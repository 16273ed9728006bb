"""Verify the whole ledger: chain, tracked rows, triggers and block hashes kept outside."""

import sys
from argparse import ArgumentParser, ArgumentTypeError

from django.core.management.base import BaseCommand

from ledger.services import head
from ledger.verify import verify


def _witness(text: str) -> tuple[int, str]:
    no, _, digest = text.partition(":")
    if not no.isdecimal() or len(digest) != 64:
        raise ArgumentTypeError("应写作“区块号:64位十六进制哈希”")
    return int(no), digest


class Command(BaseCommand):
    help = "核验账本：区块链条、留痕记录、现有数据和触发器。发现问题时返回 1。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--witness",
            action="append",
            type=_witness,
            default=[],
            metavar="区块号:哈希",
            help="与外部（省平台、纸质留存）持有的区块哈希核对，可多次给出",
        )

    def handle(self, *args: object, **options: object) -> None:
        pairs = options["witness"]
        assert isinstance(pairs, list)
        found = verify(witness=dict(pairs))
        for item in found:
            self.stdout.write(f"{item.kind}\t{item.sentence}")
        newest = head()
        if newest is not None:
            self.stdout.write(f"最新区块 {newest.no}:{newest.hash}（截止序号 {newest.last_position}）")
        if found:
            self.stdout.write(f"共发现 {len(found)} 处问题")
            sys.exit(1)
        self.stdout.write("账本完好，未发现问题")
