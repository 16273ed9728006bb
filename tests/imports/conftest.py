from tests.imports.samples import private_root

__all__ = ["private_root"]
