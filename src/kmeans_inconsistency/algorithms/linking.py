"""How a kernel and all that it calls become machine code: at once.

numba makes a library of every function, its own for arrays among them. It links what a function calls into
that function's library, optimises the whole and emits it: what is called at the bottom is optimised and
emitted again for every caller up to the top, and only the code at the top is ever run. While a kernel is
compiled here, what it calls is only translated, and the kernel's own library links, optimises and emits it
all. This takes half the time, and holds for nothing else that numba compiles in this process.
"""

# mypy: disable-error-code="no-untyped-call"
# numba's insides carry no types

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from numba.core import cpu, targetconfig
from numba.core.codegen import JITCodeLibrary, JITCPUCodegen
from numba.core.compiler import Compiler
from numba.core.compiler_lock import global_compiler_lock
from numba.core.environment import lookup_environment
from numba.core.registry import CPUDispatcher
from numba.core.runtime.nrt import rtsys
from numba.extending import overload
from numba.np import arrayobj

#: What is used of numba's insides. A version without one of them compiles kernels in its own way.
USED = (
    (JITCodeLibrary, "_ensure_finalized"),
    (JITCodeLibrary, "_finalize_specific"),
    (JITCodeLibrary, "_get_module_for_linking"),
    (JITCodeLibrary, "_raise_if_finalized"),
    (JITCodeLibrary, "add_linking_library"),
    (JITCodeLibrary, "enable_object_caching"),
    (JITCPUCodegen, "_library_class"),
    (JITCPUCodegen, "set_env"),
    (cpu.CPUContext, "create_cfunc_wrapper"),
    (cpu.CPUContext, "create_cpython_wrapper"),
    (arrayobj, "raise_with_shape_context"),
    (targetconfig.TargetConfig, "options"),
    (targetconfig.TargetConfig, "values"),
)
SUPPORTED = all(hasattr(owner, name) for owner, name in USED)

_ENVIRONMENT = "_ZN08NumbaEnv"  # begins the names of the variables that point to a function's Python objects

_within = False  # whether a kernel is being compiled, by the thread that holds numba's lock


class _Part(JITCodeLibrary):
    """The library of a function that a kernel calls: translated, neither optimised nor emitted."""

    def finalize(self) -> None:
        self._raise_if_finalized()
        self._finalized = True

    def alone(self) -> Any:
        """Its module without those of the parts that it calls."""
        return super()._get_module_for_linking()

    def _get_module_for_linking(self) -> Any:
        """Its module with all that it calls, for a library that numba compiles in its own way."""
        module = self.alone().clone()
        for library in _called(self):
            module.link_in(_module(library), preserve=True)
        return module


class _Whole(JITCodeLibrary):
    """The library of a kernel, which has all its parts."""

    def finalize(self) -> None:
        self._linking_libraries = [_Linked(library) for library in _called(self)]
        super().finalize()

    def _finalize_specific(self) -> None:
        super()._finalize_specific()
        for variable in self._final_module.global_variables:
            name = variable.name
            environment = lookup_environment(name) if name.startswith(_ENVIRONMENT) else None
            if environment is not None:
                self.codegen.set_env(name, environment)


class _Linked:
    """A library as the one that links it sees it: without what it calls, if it is a part."""

    def __init__(self, library: Any) -> None:
        self._reload_init = library._reload_init
        self._get_module_for_linking = lambda: _module(library)


def _module(library: Any) -> Any:
    return library.alone() if isinstance(library, _Part) else library._get_module_for_linking()


def _called(library: Any) -> list[Any]:
    """All libraries that must be linked into one, each once."""
    found: dict[Any, None] = {library: None}

    def visit(caller: Any) -> None:
        for called in caller._linking_libraries:
            if called not in found:
                found[called] = None
                if isinstance(called, _Part):
                    visit(called)

    visit(library)
    return [called for called in found if called is not library]


class _Pipeline(Compiler):
    """numba's compiler, into a whole library."""

    def define_pipelines(self) -> Any:
        if _within:
            self.state.library = _Whole(self.state.targetctx.codegen(), self.state.func_id.func_qualname)
            self.state.library.enable_object_caching()
        return super().define_pipelines()


@contextmanager
def _replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


@contextmanager
def _in_parts(context: Any) -> Iterator[None]:
    """Have numba make parts of all that it compiles but the kernel itself."""
    global _within
    with global_compiler_lock, ExitStack() as stack:
        if _within or not SUPPORTED:
            yield
            return
        rtsys.initialize(context)  # the runtime that numba compiles for itself is none of our parts
        codegen = context.codegen()
        wrap, point = cpu.CPUContext.create_cpython_wrapper, JITCPUCodegen.set_env

        def for_python(self: Any, library: Any, *rest: Any, **options: Any) -> None:
            if not isinstance(library, _Part):
                wrap(self, library, *rest, **options)

        def set_env(self: Any, name: str, environment: Any) -> None:
            if self._engine.is_symbol_defined(name):
                point(self, name, environment)

        for owner, name, value in (
            (codegen, "_library_class", _Part),
            (JITCPUCodegen, "set_env", set_env),
            (cpu.CPUContext, "create_cpython_wrapper", for_python),
            (cpu.CPUContext, "create_cfunc_wrapper", _nothing),  # how C would call it
            (arrayobj, "raise_with_shape_context", _raise_shapes_differ),
            (targetconfig.TargetConfig, "values", _values),
        ):
            stack.enter_context(_replaced(owner, name, value))
        collecting = gc.isenabled()
        gc.disable()  # what the compiler makes stays
        _within = True
        try:
            yield
        finally:
            _within = False
            if collecting:
                gc.enable()


def _nothing(*_: Any, **__: Any) -> None:
    pass


def _raise_shapes_differ(source: Any, target: Any) -> None:
    """Refuse an assignment to a slice; numba's own words name the shapes, and bring most of its strings."""
    raise NotImplementedError


@overload(_raise_shapes_differ)
def _(source: Any, target: Any) -> Any:  # noqa: ARG001
    def refuse(source: Any, target: Any) -> None:  # noqa: ARG001
        raise ValueError("cannot assign to a slice from an array of another shape")

    return refuse


def _values(config: Any) -> dict[str, Any]:
    """All values of a configuration; numba asks each by its name, whenever it looks for a function."""
    kind = type(config)
    if kind not in _defaults:
        _defaults[kind] = {name: option.default for name, option in kind.options.items()}
    return _defaults[kind] | config._values


_defaults: dict[type, dict[str, Any]] = {}


def _is_part(compiled: Any) -> bool:
    return isinstance(compiled.library, _Part)


class Helper(CPUDispatcher):
    """A function that kernels call: a part of each of them. If Python calls it, it is compiled by itself."""

    def compile(self, sig: Any) -> Any:
        if not _within:
            parts = [types for types, found in self.overloads.items() if _is_part(found)]
            for types in parts:
                del self.overloads[types]
        return super().compile(sig)

    def add_overload(self, cres: Any) -> None:
        if _is_part(cres):
            self.overloads[tuple(cres.signature.args)] = cres  # not for calls from Python
        else:
            super().add_overload(cres)


class Entry(CPUDispatcher):
    """A kernel that Python calls."""

    def __init__(self, function: Any, **options: Any) -> None:
        super().__init__(function, pipeline_class=_Pipeline, **options)

    def compile(self, sig: Any) -> Any:
        with _in_parts(self.targetctx):
            return super().compile(sig)
