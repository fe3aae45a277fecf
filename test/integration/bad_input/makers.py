# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Files for the rows of bad input. Each maker takes the folder of golden cases and returns the file's bytes."""
import io
import os
import random
import zipfile

import numpy as np


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def rows(x=None, y=None):
    """Data for a classifier of 4 features and 3 classes, 20 rows, with one array replaced."""
    return npz(x=np.ones((20, 4), np.float32) if x is None else x, y=np.zeros(20, np.int32) if y is None else y)


def label_7_of_3(golden):
    labels = np.zeros(20, np.int32)
    labels[13] = 7
    return rows(y=labels)


def token_11_of_11(golden):
    tokens = np.zeros((3, 6), np.int32)
    tokens[2, 4] = 11
    return npz(x=tokens)


def nan(golden):
    values = np.ones((20, 4), np.float32)
    values[5, 2] = np.nan
    return rows(x=values)


def no_rows(golden):
    return rows(np.ones((0, 4), np.float32), np.zeros(0, np.int32))


def many_rows(golden):
    return npz(x=np.ones((4096, 4), np.float32))


def wrong_rank(golden):
    return rows(x=np.ones((20, 4, 2), np.float32))


def rows_differ(golden):
    return rows(y=np.zeros(19, np.int32))


def no_targets(golden):
    return npz(x=np.ones((20, 4), np.float32))


def strings(golden):
    return rows(x=np.full((20, 4), "one"))


def objects(golden):
    return rows(x=np.array([[1], [1, 2]] * 10, dtype=object))


def truncated_npz(golden):
    return rows()[:-100]


def huge_header(golden):
    """A .npy that claims far more elements than the file, or any memory, holds."""
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }"
    header += b" " * (118 - len(header) - 1) + b"\n"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("x.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(64))
    return file.getvalue()


def random_bytes(golden):
    return random.Random(1).randbytes(1000)


def golden_file(golden, name, keep):
    with open(os.path.join(golden, "mlp", name), "rb") as file:
        content = file.read()
    return content[:int(len(content) * keep)]


def truncated_keras(golden):
    return golden_file(golden, "model.keras", 0.5)


def truncated_h5(golden):
    return golden_file(golden, "model.h5", 0.5)


def archive_of(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return file.getvalue()


def empty_zip(golden):
    return archive_of(**{"metadata.json": "{}"})


def bad_json_zip(golden):
    return archive_of(**{"metadata.json": "{}", "config.json": '{"class_name": "Sequential", '})


class Call:
    """Unpickles by calling a function: what no reader of data may do."""

    def __reduce__(self):
        return os.mkdir, ("unpickled",)


def pickle_that_calls(golden):
    array = np.empty(1, object)
    array[0] = Call()
    return npz(x_train=array, y_train=np.zeros(1), x_test=array, y_test=np.zeros(1))


def truncated_pickle(golden):
    """An archive in order, whose pickle of lists ends in the middle."""
    with np.load(os.path.join(golden, "utils", "datasets", "imdb.npz"), allow_pickle=True) as file:
        names = file.files
    with zipfile.ZipFile(os.path.join(golden, "utils", "datasets", "imdb.npz")) as archive:
        members = {name: archive.read(f"{name}.npy") for name in names}
    return archive_of(**{f"{name}.npy": content[:-40] for name, content in members.items()})
