"""Against the real broker: what becomes of a message in hand when the connection is lost."""

import os

import redis
from django.conf import settings

from hegang_credit.celery import app


def test_a_lost_connection_is_closed_without_an_error_and_its_message_is_kept() -> None:
    queue = f"lost-{os.urandom(4).hex()}"
    with app.connection_for_write() as writing:
        writing.SimpleQueue(queue).put("wake up")
    connection = app.connection_for_read()
    message = connection.SimpleQueue(queue).get(timeout=5)
    connection.transport.client = None  # as after the first of the two closings
    connection.release()
    store = redis.Redis.from_url(settings.REDIS_URL)
    assert store.hexists("unacked", message.delivery_tag)
    store.hdel("unacked", message.delivery_tag)
    store.zrem("unacked_index", message.delivery_tag)
