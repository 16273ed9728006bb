"""Keeps the services of one start: started in order, started again when one ends by itself, stopped in reverse.

A service that keeps ending is given up, and with it everything. Database and broker are not started again: what they
held in memory is gone with them, and whoever runs the platform should know at once.
"""

import time
from collections import defaultdict, deque
from typing import Final

from hegang_credit.devstack import DevStack

from .processes import Guard, LauncherError, Service

RESTARTS: Final = 5
WITHIN_SECONDS: Final = 60.0


class Keeper:
    def __init__(self, stack: DevStack) -> None:
        self.stack = stack
        self.services: list[Service] = []
        self.guard = Guard()
        self._restarted: defaultdict[str, deque[float]] = defaultdict(deque)

    def start(self, service: Service) -> None:
        service.start()
        self.guard.watch(service)
        self.services.append(service)

    def look(self) -> None:
        """Start again what has ended. LauncherError when that does not help, or when a server of the stack is gone."""
        for server in self.stack.services:
            if not server.alive:
                raise LauncherError(server.obituary())
        for service in self.services:
            if not service.alive:
                self._again(service)

    def stop(self) -> None:
        for service in reversed(self.services):
            service.stop()

    def dismiss(self) -> None:
        """To be called when the servers have been stopped as well."""
        self.guard.dismiss()

    def _again(self, service: Service) -> None:
        now, times, ending = time.monotonic(), self._restarted[service.name], service.ending()
        while times and now - times[0] > WITHIN_SECONDS:
            times.popleft()
        if len(times) == RESTARTS:
            raise LauncherError(
                f"{service.name}在一分钟内重新启动了 {RESTARTS} 次仍然退出，平台已全部停止。{service.obituary()}"
            )
        times.append(now)
        # First its children: one that goes on with the dead one's work would be in the way of the new one.
        self.guard.forget(service)
        service.stop()
        service.start()
        self.guard.watch(service)
        print(f"\n{ending}，已重新启动。日志 {service.log}", flush=True)
