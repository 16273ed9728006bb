"""Pages of supervision. They call services and selectors and hold no rule."""
