"""A kept connection is looked at before each request (CONN_HEALTH_CHECKS). Django asks the server with a statement; here the
socket is looked at first: where nothing waits to be read the server has not hung up. Anything else is asked as Django does,
so is a connection whose transaction has failed, which answers nothing until it is rolled back.

A connection that died without a word is noticed by neither before the next statement, which then fails as such.
"""

import select

from django.db.backends.postgresql import base
from psycopg2.extensions import TRANSACTION_STATUS_INERROR


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        return self._is_quiet() or bool(super().is_usable())

    def _is_quiet(self) -> bool:
        link = self.connection
        if link is None or link.closed or link.get_transaction_status() == TRANSACTION_STATUS_INERROR:
            return False
        waiting = select.poll()
        waiting.register(link.fileno(), select.POLLIN | select.POLLRDHUP)
        return not waiting.poll(0)
