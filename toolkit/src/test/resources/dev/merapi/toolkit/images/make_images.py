"""Writes small PNG files of several kinds, and resize.npz: what PyTorch makes of an image in other sizes.

Usage: python make_images.py

Sample c of pixel (y, x) of the 3 x 5 files is (50 * y + 20 * x + 90 * c) % 256; of the file of 16 bits 257 times that; the file of
1 bit has x % 2, the one with a palette has colour number (y + x) % 4 of the palette (60 * n, 255 - 60 * n, 7 * n).
"""

import pathlib
import struct
import zlib

import numpy as np
import torch

HERE = pathlib.Path(__file__).parent
HEIGHT, WIDTH = 3, 5
GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6


def sample(y, x, c):
    return (50 * y + 20 * x + 90 * c) % 256


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(name, bits, kind, line, extra=b""):
    rows = b"".join(b"\0" + line(y) for y in range(HEIGHT))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, kind, 0, 0, 0)
    data = chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    (HERE / name).write_bytes(b"\x89PNG\r\n\x1a\n" + data)


def samples(channels, form="B", factor=1):
    return lambda y: b"".join(struct.pack(">" + form, factor * sample(y, x, c)) for x in range(WIDTH) for c in range(channels))


def alpha(channels):
    return lambda y: b"".join(bytes([sample(y, x, c) for c in range(channels)] + [100 + x]) for x in range(WIDTH))


png("grey.png", 8, GREY, samples(1))
png("grey16.png", 16, GREY, samples(1, "H", 257))
png("grey-alpha.png", 8, GREY_ALPHA, alpha(1))
png("bits.png", 1, GREY, lambda y: bytes([0b01010000]))
png("rgb.png", 8, RGB, samples(3))
png("rgb-alpha.png", 8, RGB_ALPHA, alpha(3))
colours = b"".join(bytes([60 * n, 255 - 60 * n, 7 * n]) for n in range(4))
png("palette.png", 8, PALETTE, lambda y: bytes((y + x) % 4 for x in range(WIDTH)), chunk(b"PLTE", colours))

image = torch.tensor([[[[sample(y, x, c) / 255 for x in range(WIDTH)] for y in range(HEIGHT)] for c in range(3)]])
sizes = [(3, 5), (6, 10), (7, 4), (1, 1), (2, 3), (3, 11), (1, 5)]
resized = {
    f"{h}x{w}": torch.nn.functional.interpolate(image, (h, w), mode="bilinear", align_corners=False, antialias=True)[0].numpy()
    for h, w in sizes
}
np.savez(HERE / "resize.npz", **resized)
