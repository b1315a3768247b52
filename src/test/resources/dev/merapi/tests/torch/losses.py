"""Makes the fixtures of TorchLossesTest: losses of two networks over 100 steps of training in PyTorch.

    python losses.py FOLDER_OF_THE_BUNDLED_DIGITS

For each network the script tries seeds until PyTorch's own f32 and f64 agree within 1e-5 relative over all steps, and prints the
agreement. It writes, raw little-endian f32: NAME.weights.bin (the parameters in the order of the state_dict), NAME.losses.bin (the f32
losses) and, for the classifier, classifier.data.bin (320 rows of 10 features, then 320 targets). Batches are 32 rows each in order,
from the start again after the last; a digit's pixel p is (p / 255 - 0.1307) / 0.3081.
"""

import gzip
import pathlib
import sys

import numpy
import torch
from torch import nn

STEPS = 100
BATCH = 32
HERE = pathlib.Path(__file__).parent


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(256, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def classifier():
    return nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1), nn.Sigmoid())


def idx(path, header):
    return numpy.frombuffer(gzip.open(path).read(), dtype=numpy.uint8, offset=header)


def digits(folder):
    rows = STEPS * BATCH
    images = idx(folder / "mnist10k-train-images-idx3-ubyte.gz", 16).reshape(-1, 1, 28, 28)[:rows]
    labels = idx(folder / "mnist10k-train-labels-idx1-ubyte.gz", 8)[:rows]
    return (torch.tensor(images).float() / 255 - 0.1307) / 0.3081, torch.tensor(labels).long()


def rings(seed):
    """Rows of 10 normal numbers; true where they lie far from the origin."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(320, 10, generator=generator)
    return x, (x.square().sum(1, keepdim=True) > 9.3).float()


def train(make, start, loss_of, optimizer_of, x, y, dtype):
    net = make()
    net.load_state_dict(start)
    net.to(dtype)
    optimizer = optimizer_of(net.parameters())
    losses = []
    for step in range(STEPS):
        rows = torch.arange(step * BATCH, (step + 1) * BATCH) % len(x)
        target = y[rows] if y.dtype == torch.long else y[rows].to(dtype)
        loss = loss_of(net(x[rows].to(dtype)), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return numpy.array(losses)


def write(name, array):
    numpy.asarray(array, dtype="<f4").tofile(HERE / name)


def fixture(name, make, loss_of, optimizer_of, data_of):
    for seed in range(1000):
        torch.manual_seed(seed)
        start = make().state_dict()
        x, y = data_of(seed)
        single = train(make, start, loss_of, optimizer_of, x, y, torch.float32)
        double = train(make, start, loss_of, optimizer_of, x, y, torch.float64)
        agreement = numpy.max(numpy.abs(single / double - 1))
        print(f"{name}: seed {seed}, loss {single[0]:.6f} to {single[-1]:.6f}, f32 and f64 agree within {agreement:.2e}")
        if agreement < 1e-5:
            write(f"{name}.weights.bin", numpy.concatenate([each.numpy().ravel() for each in start.values()]))
            write(f"{name}.losses.bin", single)
            return x, y
    raise SystemExit(f"{name}: no seed found")


def main():
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    print("PyTorch", torch.__version__)
    folder = pathlib.Path(sys.argv[1])
    fixture("lenet", lenet, nn.CrossEntropyLoss(), lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9), lambda _: digits(folder))
    x, y = fixture("classifier", classifier, nn.BCELoss(), lambda p: torch.optim.Adam(p, lr=0.001), rings)
    write("classifier.data.bin", numpy.concatenate([x.numpy().ravel(), y.numpy().ravel()]))


main()
