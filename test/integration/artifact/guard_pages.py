# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Calls every entry of a compiled model with its buffers between unreadable pages: guard_pages.py LIBRARY NAME.

Each buffer lies once against the page after it and once against the page before it; what an entry may only read is
write-protected. Rows and steps go from one to the compiled maxima. A call outside ends the child process that makes it.
"""
import ctypes
import itertools
import json
import mmap
import os
import sys

import numpy as np

PAGE = mmap.PAGESIZE
ALIGNMENT = 64
PATTERN = 0xA5
PROT_NONE = 0  # which module mmap does not name
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]


class Buffer:
    """`size` bytes between two pages without any permission; `at_end`: against the second of them."""

    def __init__(self, size, at_end, content=None):
        self.size = size
        self.pages = -(-max(size, 1) // PAGE) * PAGE
        start = libc.mmap(None, self.pages + 2 * PAGE, PROT_NONE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
        self.first = start + PAGE
        self.protect(mmap.PROT_READ | mmap.PROT_WRITE)
        alignment = ALIGNMENT if content is None else 4
        self.address = self.first + ((self.pages - size) // alignment * alignment if at_end else 0)
        ctypes.memset(self.first, PATTERN, self.pages)
        if content is None:
            ctypes.memset(self.address, 0, size)
        else:
            ctypes.memmove(self.address, np.ascontiguousarray(content).tobytes(), size)

    def protect(self, permission):
        if libc.mprotect(self.first, self.pages, permission):
            raise OSError(ctypes.get_errno(), "mprotect")
        return self

    def read_only(self):
        return self.protect(mmap.PROT_READ)

    def intact(self):
        """Nothing was written into the bytes of these pages that are not the buffer's."""
        memory = ctypes.string_at(self.first, self.pages)
        offset = self.address - self.first
        return set(memory[:offset] + memory[offset + self.size:]) <= {PATTERN}


class Model:
    def __init__(self, library, name, at_end):
        self.library = ctypes.CDLL(library)
        self.name = name
        self.at_end = at_end
        self.buffers = []
        self.info = json.loads(ctypes.string_at(ctypes.addressof(ctypes.c_char.in_dll(self.library, f"{name}_info"))))
        self.random = np.random.default_rng(1)

    def buffer(self, size, content=None):
        self.buffers.append(Buffer(size, self.at_end, content))
        return self.buffers[-1]

    def array(self, content):
        return self.buffer(content.nbytes, content)

    def pointers(self, buffers):
        return self.array(np.array([buffer.address for buffer in buffers], np.uintp)).read_only()

    def call(self, function, *arguments):
        words = [ctypes.c_void_p(word.address) if isinstance(word, Buffer) else word for word in arguments]
        status = getattr(self.library, f"{self.name}_{function}")(*words)
        if status:
            raise SystemExit(f"{function} returned {status}")
        if not all(buffer.intact() for buffer in self.buffers):
            raise SystemExit(f"{function} wrote beside a buffer")

    def tensors(self, kind, rows, steps):
        """Arrays of the model's inputs, outputs or targets."""
        made = []
        for i, tensor in enumerate(self.info[kind]):
            shape = [(rows if axis == 0 else steps) if size < 0 else size for axis, size in enumerate(tensor["shape"])]
            if tensor["dtype"] == "int32":
                most = tensor.get("classes") or self.info["vocabulary"][i]
                made.append(self.random.integers(0, most, shape).astype(np.int32))
            else:
                made.append(self.random.random(shape, np.float32))
        return [self.array(array) for array in made]

    def run(self, entry, rows, steps):
        workspace = self.buffer(self.info["entries"][entry]["workspace_bytes"])
        self.call("init", workspace, ctypes.c_int64(workspace.size), None)
        weights = [self.array(self.random.random(weight["shape"], np.float32)) for weight in self.info["weights"]]
        params = self.buffer(self.info["params_bytes"])
        self.call("pack", self.pointers([weight.read_only() for weight in weights]), params)

        shape = ctypes.c_int32(rows), ctypes.c_int32(steps)
        inputs = self.pointers([array.read_only() for array in self.tensors("inputs", rows, steps)])
        if entry == "predict":
            outputs = self.pointers(self.tensors("outputs", rows, steps))
            self.call(entry, workspace, params.read_only(), *shape, inputs, outputs)
            return
        targets = self.pointers([array.read_only() for array in self.tensors("targets", rows, steps)])
        weights_of_rows = self.pointers([self.array(np.ones(rows, np.float32)).read_only() for _ in self.info["outputs"]])
        metrics = self.buffer(8 * len(self.info["metrics"]))
        rest = *shape, inputs, targets, weights_of_rows, metrics
        seed = ctypes.c_uint64(1)
        if entry == "evaluate_step":
            self.call(entry, workspace, params.read_only(), *rest)
        elif entry == "gradients":
            self.call(entry, workspace, params.read_only(), self.buffer(params.size), seed, *rest)
        else:
            optimizer = self.buffer(64 + len(self.info["optimizer"]["slots"]) * params.size)
            self.call(entry, workspace, params, optimizer, ctypes.c_float(0.01), seed, *rest)
            self.call("unpack", params.read_only(), self.pointers([weight.protect(mmap.PROT_WRITE) for weight in weights]))


def check(library, name, entry, rows, steps, at_end):
    """In a process of its own; returns what went wrong, or ""."""
    child = os.fork()
    if not child:
        try:
            Model(library, name, at_end).run(entry, rows, steps)
            code = 0
        except SystemExit as problem:
            print(problem, flush=True)
            code = 1
        except BaseException as problem:
            print(repr(problem), flush=True)
            code = 2
        os._exit(code)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return f"ended by signal {os.WTERMSIG(status)}"
    return "" if status == 0 else "failed"


def main():
    library, name = os.path.abspath(sys.argv[1]), sys.argv[2]
    calls, wrong = 0, 0
    for entry, limits in Model(library, name, True).info["entries"].items():
        rows = sorted({1, max(1, limits["max_batch"] - 1), limits["max_batch"]})
        steps = sorted({1, limits["max_steps"]})
        for row, step, at_end in itertools.product(rows, steps, [True, False]):
            calls += 1
            problem = check(library, name, entry, row, step, at_end)
            if problem:
                wrong += 1
                print(f"{entry}, rows {row}, steps {step}, buffers at the {'end' if at_end else 'start'}: {problem}")
    print(f"{calls} calls, {wrong} wrong")
    sys.exit(wrong > 0 or not calls)


main()
