"""Words to numbers: a study as read-only arrays, labels, and a digest."""

from simengine.compiled.columns import Column
from simengine.compiled.study import CompiledStudy, compile_study

__all__ = ["Column", "CompiledStudy", "compile_study"]
