"""Writes special_values.txt: what PyTorch gives, forward and backward, at special values.

Usage: python special_values.py > special_values.txt

A line is: entry of the catalogue | arguments | value | derivative by each argument.
"""

import itertools

import torch
import torch.nn.functional as F

NAN, INF = float("nan"), float("inf")
VALUES = [NAN, -NAN, 0.0, -0.0, INF, -INF, 1.0, -1.0, 0.5, -0.5, 2.5, 3.0, -3.0, 6.0, 20.0, -20.0, 100.0, -100.0, 1e30, -1e30, 1e-40]
FEW = [NAN, 0.0, -0.0, INF, -INF, 1.0, -1.0, 0.5, 2.0, -3.0]

UNARY = dict(
    NEG=torch.neg, ABS=torch.abs, SIGN=torch.sign, SQUARE=torch.square, SQRT=torch.sqrt, RSQRT=torch.rsqrt,
    RECIPROCAL=torch.reciprocal, EXP=torch.exp, EXPM1=torch.expm1, LOG=torch.log, LOG1P=torch.log1p, SIN=torch.sin,
    COS=torch.cos, TANH=torch.tanh, ATAN=torch.atan, ERF=torch.erf, FLOOR=torch.floor, CEIL=torch.ceil, ROUND=torch.round,
    RELU=F.relu, RELU6=F.relu6, HARD_TANH=F.hardtanh, LEAKY_RELU=F.leaky_relu, ELU=F.elu, CELU=F.celu, SELU=F.selu,
    GELU=F.gelu, GELU_TANH=lambda x: F.gelu(x, approximate="tanh"), SILU=F.silu, SIGMOID=torch.sigmoid,
    LOG_SIGMOID=F.logsigmoid, SOFTPLUS=F.softplus, SOFTSIGN=F.softsign, MISH=F.mish, HARD_SIGMOID=F.hardsigmoid,
    HARD_SWISH=F.hardswish,
)
BINARY = dict(
    ADD=torch.add, SUB=torch.sub, MUL=torch.mul, DIV=torch.div, MIN=torch.minimum, MAX=torch.maximum, POW=torch.pow,
    LT=torch.lt, LE=torch.le, GT=torch.gt, GE=torch.ge, EQ=torch.eq, NE=torch.ne,
)
TERNARY = dict(CLAMP=torch.clamp)
LOSSES = dict(
    BINARY_CROSS_ENTROPY=lambda x, y: F.binary_cross_entropy(x, y, reduction="none"),
    BINARY_CROSS_ENTROPY_WITH_LOGITS=lambda x, y: F.binary_cross_entropy_with_logits(x, y, reduction="none"),
)


def line(name, function, arguments):
    tensors = [torch.full((16,), a, dtype=torch.float32, requires_grad=True) for a in arguments]
    result = function(*tensors)
    gradients = []
    if result.dtype == torch.float32:
        result.backward(torch.ones_like(result))
        gradients = [t.grad[0].item() for t in tensors]
    text = [" ".join(repr(v) for v in arguments), repr(float(result[0].item())), " ".join(repr(g) for g in gradients)]
    print(name, *text, sep=" | ")


if __name__ == "__main__":
    print("# made by special_values.py with PyTorch " + torch.__version__)
    for name, function in UNARY.items():
        for x in VALUES:
            line(name, function, [x])
    for name, function in BINARY.items():
        for pair in itertools.product(FEW, FEW):
            line(name, function, pair)
    for name, function in TERNARY.items():
        for triple in itertools.product([NAN, 0.0, INF, -INF, 1.0, -1.0], [-1.0, 0.0, 1.0, NAN], [-1.0, 1.0, 2.0]):
            line(name, function, triple)
    for name, function in LOSSES.items():
        for pair in itertools.product([0.0, 0.25, 0.5, 1.0], [0.0, 0.25, 1.0]):
            line(name, function, pair)
