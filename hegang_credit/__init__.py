import atexit
import gc

# Starting makes some hundred thousand objects, and nearly all of them stay; requests and tasks leave few behind that refer to one
# another. Looked for at every seven hundredth object, as Python comes, that costs a tenth of the start and more than a
# hundredth of the work; at every twenty thousandth it takes a few megabytes.
gc.set_threshold(20_000, 20, 20)
# Whoever ends gives all memory back at once. Before that Python would look through it for garbage several times, which is a
# quarter of what a command takes that only starts and ends.
atexit.register(gc.freeze)

from hegang_credit.celery import app as celery_app  # noqa: E402

__all__ = ["celery_app"]
