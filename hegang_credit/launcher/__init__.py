"""Everything about running the platform on one machine: what stands behind ``./dev``.

``bootstrap`` (standard library only) makes the virtual environment and hands over to ``__main__`` inside it;
``processes``, ``postgres`` and ``valkey`` run servers that come as Python wheels; ``up``, ``checks`` and ``suites``
are the commands. No part of the platform imports this package.
"""
