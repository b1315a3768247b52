"""Writes torch.txt beside itself: what PyTorch makes of convolutions, pooling and products.

Elements are small integers, so results are exact in float64. One line an array: `name: elements`,
row-major. The geometries are those of TorchTest.java. Needs torch; any version since 2.0 gives the same.
"""
import pathlib
import torch
import torch.nn.functional as F

random = torch.Generator().manual_seed(7)
lines = []


def draw(*sizes):
    return torch.randint(-4, 5, sizes, generator=random).double().requires_grad_()


def write(name, tensor):
    lines.append(name + ": " + " ".join(f"{v:g}" for v in tensor.detach().flatten().tolist()))


def record(name, function, **operands):
    """The operands, the result y, a gradient dy of the result and the operands' gradients."""
    y = function(*operands.values())
    dy = draw(*y.shape).detach()
    for key, value in operands.items():
        write(f"{name}.{key}", value)
    write(f"{name}.y", y)
    write(f"{name}.dy", dy)
    for key, gradient in zip(operands, torch.autograd.grad(y, list(operands.values()), dy)):
        write(f"{name}.d{key}", gradient)


record("conv.plain", lambda x, w: F.conv2d(x, w), x=draw(2, 3, 5, 6), w=draw(4, 3, 3, 2))
record("conv.strided", lambda x, w: F.conv2d(x, w, stride=(2, 3), padding=(1, 2)), x=draw(1, 2, 7, 8), w=draw(3, 2, 3, 3))
record("conv.grouped", lambda x, w: F.conv2d(x, w, groups=2, dilation=(2, 1)), x=draw(2, 4, 6, 5), w=draw(6, 2, 2, 3))
record("conv.depthwise", lambda x, w: F.conv1d(F.pad(x, (0, 3)), w, groups=3, stride=2), x=draw(2, 3, 9), w=draw(3, 1, 4))
record("conv.volume", lambda x, w: F.conv3d(x, w, padding=1, stride=2), x=draw(1, 2, 3, 4, 3), w=draw(2, 2, 2, 3, 2))
record("max.plain", lambda x: F.max_pool2d(x, 2), x=draw(2, 2, 4, 6))
record("max.overlapping", lambda x: F.max_pool2d(x, 3, stride=2, padding=1), x=draw(1, 2, 5, 7))
record("max.dilated", lambda x: F.max_pool1d(x, 3, stride=1, dilation=2), x=draw(2, 1, 9))
record("sum.padded", lambda x: F.avg_pool2d(x, (2, 3), stride=(1, 2), padding=(1, 1)) * 6, x=draw(1, 2, 3, 6))
record("dot.batched", lambda a, b: torch.einsum("kbm,bnk->bmn", a, b), a=draw(3, 2, 4), b=draw(2, 5, 3))
record("dot.twice", lambda a, b: torch.einsum("kml,lnk->mn", a, b), a=draw(3, 2, 5), b=draw(5, 4, 3))
record("amax", lambda x: x.amax((0, 2)), x=draw(3, 2, 4))
pathlib.Path(__file__).with_name("torch.txt").write_text("\n".join(lines) + "\n")
