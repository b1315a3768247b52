"""Makes steps.txt, the fixture of TorchStepsTest: training steps as PyTorch computes them.

    python steps.py

A network of 3 inputs, 4 tanh units and 2 outputs learns 6 rows by mean squared error, all rows in each of 20 steps. Each line is
`name: numbers`: `data` (inputs, then targets), `start` (the first parameters in the order of the state_dict), and for each case the
losses of the steps, then the last parameters. `norms` has the gradients' norms of the first step: global, then of each parameter.

The script tries seeds until PyTorch's own f32 and f64 agree within 2e-7 relative for every case (an update that divides by the root
of a square is ill-conditioned where a gradient happens to be tiny), and writes the results in f64.
"""

import copy
import pathlib

import torch
from torch import nn

STEPS = 20
o = torch.optim


def coarse(tensor):
    """Numbers that f32 holds exactly."""
    return (tensor * 1024).round() / 1024


def penalty(net, norm, factor):
    return factor * sum(norm(each) for each in net.parameters() if each.dim() >= 2)


def l1(tensor):
    return tensor.abs().sum()


def l2(tensor):
    return tensor.square().sum()


def plain(kind, **options):
    return lambda net: kind([each for each in net.parameters() if each.requires_grad], **options)


def groups(net):
    return o.AdamW([
        {"params": [net[0].weight]},
        {"params": [net[2].weight, net[2].bias], "lr": 0.002},
        {"params": [net[0].bias], "weight_decay": 0.0},
    ], lr=0.02, weight_decay=0.2)


def norm_clip(parameters):
    nn.utils.clip_grad_norm_(parameters, 0.5)


def value_clip(parameters):
    nn.utils.clip_grad_value_(parameters, 0.1)


CASES = {
    "sgd": (plain(o.SGD, lr=0.1), {}),
    "sgd.momentum": (plain(o.SGD, lr=0.05, momentum=0.9, dampening=0.3, weight_decay=0.01), {}),
    "sgd.nesterov": (plain(o.SGD, lr=0.05, momentum=0.9, nesterov=True), {}),
    "adam": (plain(o.Adam, lr=0.01), {}),
    "adam.decay": (plain(o.Adam, lr=0.01, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1), {}),
    "adam.amsgrad": (plain(o.Adam, lr=0.02, betas=(0.5, 0.6), amsgrad=True), {}),
    "adamW": (plain(o.AdamW, lr=0.01), {}),
    "adamW.amsgrad": (plain(o.AdamW, lr=0.02, betas=(0.5, 0.6), weight_decay=0.3, amsgrad=True), {}),
    "rmsProp": (plain(o.RMSprop, lr=0.01), {}),
    "rmsProp.momentum": (plain(o.RMSprop, lr=0.005, alpha=0.9, eps=1e-5, momentum=0.8, weight_decay=0.05), {}),
    "rmsProp.centered": (plain(o.RMSprop, lr=0.005, alpha=0.9, eps=0.01, centered=True), {}),
    "adagrad": (plain(o.Adagrad, lr=0.1), {}),
    "adagrad.decay": (
        plain(o.Adagrad, lr=0.1, lr_decay=0.1, weight_decay=0.02, initial_accumulator_value=0.5, eps=1e-6), {}),
    "adadelta": (plain(o.Adadelta, lr=1.0), {}),
    "adadelta.decay": (plain(o.Adadelta, lr=0.7, rho=0.8, eps=1e-4, weight_decay=0.1), {}),
    "adamax": (plain(o.Adamax, lr=0.01), {}),
    "adamax.decay": (plain(o.Adamax, lr=0.02, betas=(0.8, 0.9), eps=1e-6, weight_decay=0.1), {}),
    "nAdam": (plain(o.NAdam, lr=0.01), {}),
    "nAdam.decay": (plain(o.NAdam, lr=0.01, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1, momentum_decay=0.1), {}),
    "clipNorm": (plain(o.SGD, lr=0.1), {"clip": norm_clip}),
    "clipValue": (plain(o.SGD, lr=0.1), {"clip": value_clip}),
    "frozen": (plain(o.Adam, lr=0.01), {"clip": norm_clip, "frozen": 2}),
    "l1": (plain(o.SGD, lr=0.1), {"price": lambda net: penalty(net, l1, 0.01)}),
    "l2": (plain(o.SGD, lr=0.1), {"price": lambda net: penalty(net, l2, 0.01)}),
    "elastic": (plain(o.SGD, lr=0.1), {"price": lambda net: penalty(net, l1, 0.01) + 0.02 * l2(net[0].bias)}),
    "groups": (groups, {}),
}


def train(net, x, y, optimizer_of, clip=lambda parameters: None, price=lambda net: 0, frozen=0):
    for parameter in list(net.parameters())[:frozen]:
        parameter.requires_grad_(False)
    optimizer = optimizer_of(net)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(net(x), y) + price(net)
        loss.backward()
        clip([each for each in net.parameters() if each.requires_grad])
        optimizer.step()
        losses.append(loss.item())
    return [torch.tensor(losses), *net.parameters()]


def norms(net, x, y):
    nn.functional.mse_loss(net(x), y).backward()
    gradients = [each.grad for each in net.parameters()]
    return [torch.cat([each.flatten() for each in gradients]).norm(), *[each.norm() for each in gradients]]


def results(net, x, y, dtype):
    torch.set_default_dtype(dtype)
    all = {"data": [x, y], "start": list(net.parameters())}
    x, y = x.to(dtype), y.to(dtype)
    for name, (optimizer_of, options) in CASES.items():
        all[name] = train(copy.deepcopy(net).to(dtype), x, y, optimizer_of, **options)
    all["norms"] = norms(copy.deepcopy(net).to(dtype), x, y)
    return {name: torch.cat([each.detach().double().flatten() for each in tensors]) for name, tensors in all.items()}


def main():
    for seed in range(1000):
        torch.manual_seed(seed)
        torch.set_default_dtype(torch.float32)
        net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
        net.load_state_dict({name: coarse(tensor) for name, tensor in net.state_dict().items()})
        x, y = coarse(torch.randn(6, 3)), coarse(torch.randn(6, 2))
        single, double = results(net, x, y, torch.float32), results(net, x, y, torch.float64)
        error = max(((single[name] - double[name]).abs().max() / double[name].abs().max()).item() for name in double)
        if error < 2e-7:
            print(f"PyTorch {torch.__version__}, seed {seed}: f32 and f64 agree within {error:.1e}")
            lines = [name + ": " + " ".join(map(repr, tensor.tolist())) for name, tensor in double.items()]
            pathlib.Path(__file__).with_name("steps.txt").write_text("\n".join(lines) + "\n")
            return
    raise SystemExit("no seed found")


main()
