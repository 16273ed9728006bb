"""Property tests without a clock: a busy machine is no counter-example."""

from hypothesis import settings

settings.register_profile("records", deadline=None, max_examples=60)
settings.load_profile("records")
