"""The broker's transport: Redis as Celery's library speaks it, but a worker outlives a broker that goes away while it has a message in hand.

After a lost connection the library closes it twice. By then it no longer knows where its broker was, and putting the message
back over it ended the worker instead of letting it connect anew. Nothing has to be put back: what nobody acknowledged the
broker hands out again in its time, and a message only wakes somebody; what is to be done stands in rows.
"""

from typing import Any

from kombu.transport import redis


class QoS(redis.QoS):
    def restore_unacked(self, client: Any = None) -> None:
        if getattr(self.channel.connection, "client", None) is None:
            if self._delivered:
                self._delivered.clear()
        else:
            super().restore_unacked(client)


class Channel(redis.Channel):
    QoS = QoS


class Transport(redis.Transport):
    Channel = Channel
