"""Makes schedules.txt, the fixture of SchedulesTest: the factors of PyTorch's schedulers.

    python schedules.py

Each line is `name: numbers`. Those of epochs have one number for each of 12 epochs; those of steps one for each of 60 steps.
"""

import pathlib

import torch
from torch.optim import lr_scheduler as s

BASE = 0.5
lines = []


def optimizer():
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))], lr=BASE)


def write(name, rates):
    lines.append(name + ": " + " ".join(repr(rate / BASE) for rate in rates))


def case(name, count, scheduler_of, advance=lambda scheduler, i: scheduler.step()):
    sgd = optimizer()
    scheduler = scheduler_of(sgd)
    rates = []
    for i in range(count):
        rates.append(sgd.param_groups[0]["lr"])
        sgd.step()
        advance(scheduler, i)
    write(name, rates)


case("stepDecay", 12, lambda o: s.StepLR(o, 3, 0.5))
case("multiStep", 12, lambda o: s.MultiStepLR(o, [2, 3, 7], 0.3))
case("exponential", 12, lambda o: s.ExponentialLR(o, 0.9))
case("cosine", 60, lambda o: s.CosineAnnealingLR(o, 60, 0.1 * BASE))
case("restarts", 60, lambda o: s.CosineAnnealingWarmRestarts(o, 2, 1, 0.1 * BASE), lambda scheduler, i: scheduler.step((i + 1) / 5))
case("growing", 60, lambda o: s.CosineAnnealingWarmRestarts(o, 2, 2), lambda scheduler, i: scheduler.step((i + 1) / 5))
case("linear", 60, lambda o: s.LinearLR(o, 1.0, 0.25, 60))
case("polynomial", 60, lambda o: s.PolynomialLR(o, 60, 2.0))
case("oneCycle", 60, lambda o: s.OneCycleLR(o, BASE, total_steps=60))
case("oneCycle.other", 60, lambda o: s.OneCycleLR(o, BASE, total_steps=60, pct_start=0.4, div_factor=10, final_div_factor=100))
case("warmUp", 60, lambda o: s.SequentialLR(o, [s.LinearLR(o, 0.1, 1.0, 12), s.CosineAnnealingLR(o, 48)], [12]))

MONITORED = [5, 4, 4.1, 4.0001, 3.99999, 4.2, 3.5, 3.6, 3.6, 3.6, 3.6, 3.6, 3.6, 3.6, 3.4, 3.4, 3.4, 3.4, 3.4, 3.4]
lines.append("monitored: " + " ".join(map(repr, MONITORED)))
case("plateau", 20, lambda o: s.ReduceLROnPlateau(o, factor=0.5, patience=2), lambda scheduler, i: scheduler.step(MONITORED[i]))
case("plateau.cooldown", 20, lambda o: s.ReduceLROnPlateau(o, factor=0.1, patience=1, threshold=0.1, cooldown=3, min_lr=0.02 * BASE),
     lambda scheduler, i: scheduler.step(MONITORED[i]))
pathlib.Path(__file__).with_name("schedules.txt").write_text("\n".join(lines) + "\n")
