"""Pages of the workbench about handing in and about records. They call services and selectors and hold no rule."""
