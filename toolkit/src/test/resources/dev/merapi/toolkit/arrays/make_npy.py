"""Writes arrays.npz: arrays of every element type, byte order, order of elements and version that Npy reads.

Usage: python make_npy.py

An entry is called TYPE-ORDER-VERSION-SHAPE, such as `>f8-F-1-2x3`. Element i of an array (the last index changing fastest) is
(i * 7) % 23 - 11; unsigned: (i * 7) % 23; bool: i % 3 == 0. `written-*` is what numpy.save makes of i4, f4 and bool arrays.
"""

import io
import pathlib
import zipfile

import numpy as np

SHAPES = [(), (0,), (1,), (5,), (0, 3), (2, 3), (3, 1, 4), (2, 3, 4, 5), (70000,)]
TYPES = ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "|i1", "<i2", ">i2", "<i4", ">i4", "<i8", ">i8", "|u1", "<u2", ">u2", "<u4", ">u4",
         "<u8", ">u8", "|b1"]


def values(dtype, shape):
    i = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    if dtype[1] == "b":
        return i % 3 == 0
    return ((i * 7) % 23 - (0 if dtype[1] == "u" else 11)).astype(dtype)


def entries():
    for number, dtype in enumerate(TYPES):
        for order in "CF":
            for shape in SHAPES[:-1] if dtype != ">i2" else SHAPES:
                version = 1 + (number + len(shape)) % 3
                data = io.BytesIO()
                np.lib.format.write_array(data, np.asarray(values(dtype, shape), order=order), version=(version, 0))
                yield f"{dtype}-{order}-{version}-{'x'.join(map(str, shape))}", data.getvalue()
    for dtype in ("<i4", "<f4", "|b1"):
        for shape in SHAPES[:-1]:
            data = io.BytesIO()
            np.save(data, values(dtype, shape))
            yield f"written{dtype}-C-1-{'x'.join(map(str, shape))}", data.getvalue()


with zipfile.ZipFile(pathlib.Path(__file__).with_name("arrays.npz"), "w", zipfile.ZIP_DEFLATED) as archive:
    for name, data in entries():
        archive.writestr(zipfile.ZipInfo(name + ".npy"), data, zipfile.ZIP_DEFLATED)
np.savez(pathlib.Path(__file__).with_name("saved.npz"), weight=values("<f4", (2, 3)), steps=values(">i8", (4,)), scalar=np.float64(0.5))
