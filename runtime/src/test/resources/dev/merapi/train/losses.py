"""Makes losses.txt, the fixture of TorchLossesTest: losses and their gradients as PyTorch computes them, in f64.

    python losses.py

Lines are `name.output`, `name.target`, `name.loss` and `name.gradient` (of the loss by the output), row-major. Where PyTorch has it,
`name.none` and `name.sum` are those reductions; `name.weighted` and `name.weighted_gradient` are the mean in which row `i` counts
`ROWS[i]` times. The inputs are drawn so that f32 holds them exactly; kinks are among them. `nothing` is a loss of ignored positions
only, and what optimizers make of it: their weights after three steps, of which the second has no target that counts.
"""

import pathlib

import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
random = torch.Generator().manual_seed(11)
lines = []
ROWS = torch.tensor([0.5, 1, 0, 2, 3, 0.25])


def draw(*sizes):
    return (torch.randn(*sizes, generator=random) * 256).round() / 256


def share(*sizes):
    """From 1/256 to 255/256."""
    return torch.randint(1, 256, sizes, generator=random) / 256


def labels(classes, *sizes):
    return torch.randint(0, classes, sizes, generator=random)


def case(name, loss, output, target, counts=None, reduced=True):
    if reduced:
        reductions(name, loss, output, target, counts)
    output = output.clone().requires_grad_()
    value = loss(output, target)
    value.backward()
    for part, tensor in (("output", output), ("target", target), ("loss", value), ("gradient", output.grad)):
        lines.append(f"{name}.{part}: " + " ".join(repr(each) for each in tensor.detach().flatten().tolist()))


def record(name, tensor):
    lines.append(f"{name}: " + " ".join(repr(each) for each in tensor.detach().flatten().tolist()).replace("nan", "NaN"))


def reductions(name, loss, output, target, counts=None):
    """Besides the mean. `counts` is how much each position counts in it, if not all count alike."""
    none = loss(output, target, reduction="none")
    record(f"{name}.none", none)
    record(f"{name}.sum", loss(output, target, reduction="sum"))
    output = output.clone().requires_grad_()
    none = loss(output, target, reduction="none")
    rows = ROWS[: len(none)].reshape([-1] + [1] * (none.dim() - 1))
    counts = torch.ones_like(none) if counts is None else counts
    weighted = (none * rows).sum() / (counts * rows).sum()
    weighted.backward()
    record(f"{name}.weighted", weighted)
    record(f"{name}.weighted_gradient", output.grad)


def options(function, **given):
    return lambda output, target, **more: function(output, target, **given, **more)


def with_values(tensor, **at):
    tensor = tensor.clone()
    for place, value in at.items():
        tensor.view(-1)[int(place[1:])] = value
    return tensor


x, y = draw(5, 3), draw(5, 3)
kinked = with_values(y, _0=x[0, 0].item(), _1=x[0, 1].item() + 0.5, _2=x[0, 2].item() - 0.5, _3=x[1, 0].item() - 4)
case("mse", F.mse_loss, x, y)
case("mae", F.l1_loss, x, kinked)
case("huber", F.huber_loss, x, kinked)
case("huber.delta", options(F.huber_loss, delta=0.5), x, kinked)
case("smoothL1", F.smooth_l1_loss, x, kinked)
case("smoothL1.beta", options(F.smooth_l1_loss, beta=0.5), x, kinked)
case("poisson", options(F.poisson_nll_loss, log_input=True), x, labels(6, 5, 3).double())
case("bce", F.binary_cross_entropy, with_values(share(5, 3), _0=0, _1=1, _2=0), with_values(share(5, 3), _0=1, _1=1, _2=0))
case("bceWithLogits", F.binary_cross_entropy_with_logits, with_values(x, _0=90, _1=-90), with_values(share(5, 3), _0=0, _1=1))
case("bceWithLogits.one", options(F.binary_cross_entropy_with_logits, pos_weight=torch.tensor(2.5)), x, share(5, 3))
case("bceWithLogits.each", options(F.binary_cross_entropy_with_logits, pos_weight=torch.tensor([0.5, 1.0, 3.0])), x,
     labels(2, 5, 3).double())
case("multiLabel", F.multilabel_soft_margin_loss, x, labels(2, 5, 3).double(), reduced=False)
case("klDivergence", F.kl_div, x.log_softmax(1), with_values(share(5, 3), _0=0))
case("klDivergencePerRow", options(F.kl_div, reduction="batchmean"), x.log_softmax(1), with_values(share(5, 3), _0=0), reduced=False)
case("hinge", lambda output, target: torch.relu(1 - output * target).mean(), with_values(x, _0=1, _1=-1),
     with_values(labels(2, 5, 3) * 2 - 1, _0=1, _1=-1).double(), reduced=False)
case("cosineSimilarity", lambda output, target, **more: F.cosine_embedding_loss(output, target, torch.ones(5), **more), x, y)
case("cosineSimilarity.zero", lambda output, target, **more: F.cosine_embedding_loss(output, target, torch.ones(2), **more), draw(2, 3),
     with_values(draw(2, 3), _0=0, _1=0, _2=0))

scores = with_values(draw(6, 4), _0=0.5, _1=1.5, _2=-0.5, _3=0.25)
y = with_values(labels(4, 6), _0=1)
case("multiMargin", F.multi_margin_loss, scores, y)
case("multiMargin.margin", options(F.multi_margin_loss, margin=0.5), scores, y)

weights = torch.tensor([0.5, 1.0, 0.0, 2.5])
holes = with_values(y, _2=-7, _4=-7)


def counted(target, ignored=None, weight=torch.ones(4)):
    counts = target != ignored if ignored is not None else torch.ones_like(target, dtype=bool)
    return weight[target * counts] * counts


case("crossEntropy", F.cross_entropy, scores, y)
case("crossEntropy.weights", options(F.cross_entropy, weight=weights), scores, y, counted(y, weight=weights))
case("crossEntropy.smoothing", options(F.cross_entropy, label_smoothing=0.1), scores, y)
case("crossEntropy.ignoring", options(F.cross_entropy, ignore_index=-7), scores, holes, counted(holes, -7))
case("crossEntropy.all", options(F.cross_entropy, weight=weights, label_smoothing=0.3, ignore_index=-7), scores, holes,
     counted(holes, -7, weights))
planes, plane_labels = draw(2, 4, 3, 2), labels(4, 2, 3, 2)
case("crossEntropy.planes", options(F.cross_entropy, weight=weights, label_smoothing=0.3, ignore_index=2), planes, plane_labels,
     counted(plane_labels, 2, weights))
case("nll", F.nll_loss, scores.log_softmax(1), y)
case("nll.weights", options(F.nll_loss, weight=weights), scores.log_softmax(1), y, counted(y, weight=weights))
case("nll.ignoring", options(F.nll_loss, weight=weights, ignore_index=1), scores.log_softmax(1), y,
     counted(y, 1, weights))

nothing = scores.clone().requires_grad_()
loss = F.cross_entropy(nothing, torch.full([6], -7), ignore_index=-7)
loss.backward()
record("nothing.loss", loss)
record("nothing.gradient", nothing.grad)
features = draw(6, 3)
record("nothing.features", features)
first = draw(4, 3)
record("nothing.first", first)
record("nothing.targets", torch.cat([y, torch.full([6], -7), holes]))
for name, optimizer in {
    "sgd": lambda all: torch.optim.SGD(all, 0.5, momentum=0.9),
    "adam": lambda all: torch.optim.Adam(all, 0.25),
    "rmsProp": lambda all: torch.optim.RMSprop(all, 0.25, momentum=0.5),
}.items():
    weight = first.clone().requires_grad_()
    steps = optimizer([weight])
    for target in (y, torch.full([6], -7), holes):
        steps.zero_grad()
        F.cross_entropy(features @ weight.T, target, ignore_index=-7).backward()
        steps.step()
    record(f"nothing.{name}", weight)

pathlib.Path(__file__).with_name("losses.txt").write_text("\n".join(lines) + "\n")
