"""Writes the networks of `./merapi compare`, as PyTorch makes them from a fixed seed.

For each network there are two files: NAME.safetensors holds the weights under their names in the
state_dict, and NAME.onnx the graph with a free batch size `N`. The graph holds no weights: it names
offsets in the safetensors file, so that both runtimes read the very same bytes.

Needs torch, onnx, onnxscript and safetensors. Where onnxruntime is installed, its results are compared with PyTorch's.
Usage: python networks.py FOLDER (bench/src/main/resources/dev/merapi/bench/networks)
"""

import json
import pathlib
import struct
import sys

import onnx
import torch
from onnx.external_data_helper import set_external_data
from safetensors.torch import save_file
from torch import nn

SEED = 20250925


class SimpleNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(10, 64)
        self.fc2 = nn.Linear(64, 1)

    def forward(self, x):
        return torch.sigmoid(self.fc2(torch.relu(self.fc1(x))))


def mlp784():
    return nn.Sequential(
        nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 10))


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(256, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def convnet():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64 * 7 * 7, 128), nn.ReLU(), nn.Linear(128, 10), nn.LogSoftmax(dim=1))


NETWORKS = {
    "simplenet": (SimpleNet, [10]),
    "mlp784": (mlp784, [784]),
    "lenet": (lenet, [1, 28, 28]),
    "convnet": (convnet, [1, 28, 28]),
}


def places(file):
    """The offset in the file and the length of each tensor, by name."""
    data = file.read_bytes()
    (header,) = struct.unpack("<Q", data[:8])
    entries = json.loads(data[8 : 8 + header])
    entries.pop("__metadata__", None)
    return {
        name: (8 + header + entry["data_offsets"][0],
               entry["data_offsets"][1] - entry["data_offsets"][0])
        for name, entry in entries.items()
    }


def refer(model, weights, state):
    """Lets each initializer that is a weight refer to its bytes in the safetensors file."""
    offsets = places(weights)
    referred = set()
    for initializer in model.graph.initializer:
        if initializer.name in offsets:
            offset, length = offsets[initializer.name]
            stored = torch.from_numpy(onnx.numpy_helper.to_array(initializer).copy())
            assert torch.equal(stored, state[initializer.name]), initializer.name
            set_external_data(initializer, weights.name, offset=offset, length=length)
            initializer.ClearField("raw_data")
            initializer.ClearField("float_data")
            referred.add(initializer.name)
    assert referred == set(offsets), (referred, set(offsets))


def strip(model):
    """Removes what tells of the exporter and its machine."""
    del model.metadata_props[:]
    del model.graph.metadata_props[:]
    del model.graph.value_info[:]
    model.doc_string = model.graph.doc_string = ""
    model.producer_name = model.producer_version = ""
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    for value in [*model.graph.input, *model.graph.output, *model.graph.initializer]:
        value.doc_string = ""
        del value.metadata_props[:]


def write(name, make, sizes, folder):
    torch.manual_seed(SEED)
    net = make().eval()
    state = {key: value.contiguous() for key, value in net.state_dict().items()}
    weights = folder / f"{name}.safetensors"
    save_file(state, weights)
    example = torch.randn(2, *sizes)
    program = torch.onnx.export(
        net, (example,), dynamo=True, input_names=["x"], output_names=["output"],
        dynamic_shapes=({0: torch.export.Dim("N", min=1)},), optimize=True, verbose=False)
    model = program.model_proto
    strip(model)
    refer(model, weights, state)
    target = folder / f"{name}.onnx"
    target.write_bytes(model.SerializeToString(deterministic=True))
    onnx.checker.check_model(str(target), full_check=True)
    print(name, [n.op_type for n in model.graph.node], target.stat().st_size, weights.stat().st_size)
    check(net, target, sizes)


def check(net, target, sizes):
    try:
        import onnxruntime
    except ImportError:
        return
    session = onnxruntime.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    for batch in (1, 64):
        x = torch.randn(batch, *sizes)
        (theirs,) = session.run(None, {"x": x.numpy()})
        torch.testing.assert_close(torch.from_numpy(theirs), net(x).detach(), rtol=1e-4, atol=1e-5)


if __name__ == "__main__":
    into = pathlib.Path(sys.argv[1])
    for network, (maker, shape) in NETWORKS.items():
        write(network, maker, shape, into)
