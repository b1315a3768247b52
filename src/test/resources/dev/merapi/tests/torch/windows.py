"""Makes windows.txt, the fixture of WindowsTest: poolings and convolutions as PyTorch computes them, in f64.

    python windows.py

Lines are `name.shape`, `name.x`, `name.w` (of convolutions), `name.y` and `name.dx`, the gradient of `(y * y).sum() / 2` by x. Padding that
PyTorch's layers do not have is added before them; that of `same` with a stride follows TensorFlow's rule, as PyTorch refuses it.
"""

import math
import pathlib

import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
random = torch.Generator().manual_seed(5)
lines = []


def draw(*sizes):
    return (torch.randn(*sizes, generator=random) * 64).round() / 64


def record(name, tensor):
    lines.append(f"{name}: " + " ".join(f"{each:.8g}" for each in tensor.detach().flatten().tolist()))


def case(name, function, sizes, weight=None):
    x = draw(*sizes).requires_grad_()
    w = None if weight is None else draw(*weight)
    y = function(x) if w is None else function(x, w)
    (y * y).sum().div(2).backward()
    record(f"{name}.shape", torch.tensor(y.shape, dtype=torch.float64))
    record(f"{name}.x", x)
    if w is not None:
        record(f"{name}.w", w)
    record(f"{name}.y", y)
    record(f"{name}.dx", x.grad)


for size in ((5, 8), (6, 7)):
    for kernel, stride, padding in ((2, 2, 0), (3, 2, 0), (3, 2, 1), (3, 3, 1), (2, 3, 1)):
        for ceil in (False, True):
            name = f"{size[0]}x{size[1]}.{kernel}.{stride}.{padding}" + (".ceil" if ceil else "")
            case(f"max.{name}", lambda x: F.max_pool2d(x, kernel, stride, padding, ceil_mode=ceil), (1, 1, *size))
            for counted in (True, False):
                case(f"avg.{name}" + ("" if counted else ".image"),
                     lambda x: F.avg_pool2d(x, kernel, stride, padding, ceil_mode=ceil, count_include_pad=counted), (1, 1, *size))
case("max.rectangle", lambda x: F.max_pool2d(x, (1, 3), (2, 1)), (1, 2, 1, 6))
case("max.sides", lambda x: F.max_pool2d(F.pad(x, (1, 0, 0, 1), value=-math.inf), 2, 1), (1, 2, 4, 5))

for kernel in (1, 2, 3, 4, 5):
    for dilation in (1, 2):
        case(f"conv.same.{kernel}.{dilation}", lambda x, w: F.conv2d(x, w, padding="same", dilation=dilation), (1, 2, 6, 7),
             (2, 2, kernel, kernel))
case("conv.sides", lambda x, w: F.conv2d(F.pad(x, (3, 0, 1, 2)), w), (1, 2, 6, 7), (2, 2, 3, 3))
case("conv.sides.stride", lambda x, w: F.conv2d(F.pad(x, (3, 0, 1, 2)), w, stride=2), (1, 2, 6, 7), (2, 2, 3, 3))


def same(size, kernel, stride):
    total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


for kernel in (1, 2, 3, 5):
    for stride in (2, 3):
        pads = (*same(7, kernel, stride), *same(6, kernel, stride))
        case(f"conv.strided.{kernel}.{stride}", lambda x, w: F.conv2d(F.pad(x, pads), w, stride=stride), (1, 2, 6, 7),
             (2, 2, kernel, kernel))
        ones = F.pad(torch.ones(1, 1, 6, 7), pads)
        case(f"avg.strided.{kernel}.{stride}",
             lambda x: F.avg_pool2d(F.pad(x, pads), kernel, stride) / F.avg_pool2d(ones, kernel, stride), (1, 2, 6, 7))
pathlib.Path(__file__).with_name("windows.txt").write_text("\n".join(lines) + "\n")
