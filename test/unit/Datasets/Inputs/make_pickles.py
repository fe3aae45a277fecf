# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes the .npy files of this folder: object arrays as numpy pickles them, in every protocol, and one that it would not."""
import io
import os
import pathlib
import pickle

import numpy as np

HERE = pathlib.Path(__file__).parent


def write(name, content, protocol, shape):
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "|O", "fortran_order": False, "shape": shape})
    (HERE / name).write_bytes(file.getvalue() + pickle.dumps(content, protocol=protocol))


def objects(rows):
    array = np.empty(len(rows), dtype=object)
    array[:] = rows
    return array


class Evil:
    def __reduce__(self):
        return os.system, ("true",)


lists = objects([[1, 2, 300], [], [70000, -5]])
arrays = objects([np.array([1, 2, 300]), np.array([], dtype=np.uint8), (np.int32(70000), np.array(-5, dtype=">i2"))])
for protocol in range(6):
    write(f"lists-{protocol}.npy", lists, protocol, lists.shape)
    write(f"arrays-{protocol}.npy", arrays, protocol, arrays.shape)
write("evil.npy", objects([Evil(), [1]]), 4, (2,))
write("floats.npy", objects([[1], [2.5]]), 4, (2,))
write("dicts.npy", objects([{"a": 1}, [1]]), 4, (2,))
