"""Makes norms.txt: what PyTorch's normalisation layers and PReLU give, in double.

    python norms.py > norms.txt

Each line is `name: numbers`. A batch norm runs three batches in training and one in evaluation; the gradients are
those of `sum(y * r)`.
"""

import torch
from torch import nn

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)


def draw(*shape):
    return torch.randn(*shape).float().double() * 2 + 1


def put(name, tensor):
    print(f"{name}: {' '.join(format(float(v), '.11g') for v in tensor.detach().flatten())}")


def learned(layer):
    return [p for p in (layer.weight, layer.bias) if p is not None]


def start(name, layer):
    with torch.no_grad():
        for parameter in learned(layer):
            parameter.copy_(draw(*parameter.shape))
    for own, parameter in layer.named_parameters():
        put(f"{name}.{own}", parameter)


def step(name, layer, x):
    x.requires_grad_()
    y = layer(x)
    r = draw(*y.shape)
    gradients = torch.autograd.grad((y * r).sum(), [x] + learned(layer))
    put(f"{name}.x", x)
    put(f"{name}.y", y)
    put(f"{name}.r", r)
    put(f"{name}.dx", gradients[0])
    for own, gradient in zip(("weight", "bias"), gradients[1:]):
        put(f"{name}.d{own}", gradient)


def batch(name, kind, shape, **options):
    layer = kind(shape[1], **options)
    start(name, layer)
    for i in range(3):
        step(f"{name}.{i}", layer, draw(*shape))
    put(f"{name}.mean", layer.running_mean)
    put(f"{name}.var", layer.running_var)
    layer.eval()
    step(f"{name}.eval", layer, draw(*shape))


batch("rows", nn.BatchNorm1d, (6, 5))
batch("lines", nn.BatchNorm1d, (4, 3, 7), momentum=0.3, eps=1e-3)
batch("images", nn.BatchNorm2d, (3, 4, 5, 6))
batch("plain", nn.BatchNorm2d, (2, 3, 4, 5), affine=False)

for name, sizes, shape in (("last", (7,), (5, 7)), ("both", (3, 4), (2, 3, 4))):
    layer = nn.LayerNorm(sizes)
    start(name, layer)
    step(f"{name}.0", layer, draw(*shape))

layer = nn.PReLU(3)
print(f"prelu.weight: {' '.join(['0.25'] * 3)}")
x = draw(2, 3, 4)
x.requires_grad_()
y = layer(x)
r = draw(2, 3, 4)
dx, dw = torch.autograd.grad((y * r).sum(), [x, layer.weight])
for own, tensor in (("x", x), ("y", y), ("r", r), ("dx", dx), ("dweight", dw)):
    put(f"prelu.0.{own}", tensor)
