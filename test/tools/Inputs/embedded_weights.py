# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks the weights embedded in a shared library named model: embedded_weights.py LIBRARY [WEIGHTS.npz [KEY…]].

They must be what model_pack makes of the weights that model_unpack finds in them, and these the ones of the file, bit by bit.
"""
import ctypes
import json
import os
import sys

import numpy as np

library = ctypes.CDLL(os.path.abspath(sys.argv[1]))
info = json.loads(ctypes.string_at(ctypes.addressof(ctypes.c_char.in_dll(library, "model_info"))))
size = info["params_bytes"]
embedded = ctypes.addressof(ctypes.c_char.in_dll(library, "model_weights"))
if embedded % 64:
    sys.exit("not aligned")

weights = [np.zeros(weight["shape"], np.float32) for weight in info["weights"]]
pointers = (ctypes.c_void_p * len(weights))(*[weight.ctypes.data for weight in weights])
space = np.zeros(size + 64, np.uint8)  # pack leaves gaps between weights alone
params = space[-space.ctypes.data % 64:][:size]
library.model_unpack(ctypes.c_void_p(embedded), pointers)
library.model_pack(pointers, ctypes.c_void_p(params.ctypes.data))
if params.tobytes() != ctypes.string_at(embedded, size):
    sys.exit("not what pack makes")

if len(sys.argv) > 2:
    with np.load(sys.argv[2]) as file:
        given = [file[key] for key in sys.argv[3:] or file.files]
    for i, (weight, expected) in enumerate(zip(weights, given, strict=True)):
        if weight.tobytes() != expected.astype(np.float32).tobytes():
            sys.exit(f"weight {i} is not the file's")
print(f"{len(weights)} weights, as they should be")
