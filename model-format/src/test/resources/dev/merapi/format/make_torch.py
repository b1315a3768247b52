"""Writes torch_net.safetensors, torch_io.safetensors and types.safetensors beside itself.

The first is the plain state_dict of a small network with convolutions, batch normalisation and a dense
layer; the second an input and what the network makes of it in evaluation mode. The third has one tensor of
each element type, with the values that SafetensorsTest.java expects. Needs torch and safetensors.
"""
import pathlib
import torch
from safetensors.torch import save_file
from torch import nn

here = pathlib.Path(__file__).parent
torch.manual_seed(11)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.norm = nn.BatchNorm2d(6)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc = nn.Linear(256, 10)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.norm(self.conv1(x))), 2)
        x = nn.functional.max_pool2d(torch.relu(self.conv2(x)), 2)
        return self.fc(torch.flatten(x, 1))


net = Net()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(5):  # so that the statistics and the weights of the normalisation are not the first ones
    x = torch.randn(8, 1, 28, 28) * 2 + 1
    loss = nn.functional.cross_entropy(net(x), torch.arange(8))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
net.eval()
x = torch.randn(3, 1, 28, 28)
save_file(net.state_dict(), here / "torch_net.safetensors")
with torch.no_grad():
    save_file({"image": x, "logits": net(x)}, here / "torch_io.safetensors")

save_file(
    {
        "f64": torch.tensor([1.5, -2.25, 1e-300], dtype=torch.float64),
        "f32": torch.tensor([[1.5, -0.0], [float("inf"), 3e38]], dtype=torch.float32),
        "f16": torch.tensor([1.5, 65504.0, 6e-8, float("-inf")], dtype=torch.float16),
        "bf16": torch.tensor([1.5, -3e38, 1e-38], dtype=torch.bfloat16),
        "i64": torch.tensor([2**31 - 1, -(2**31), 7], dtype=torch.int64),
        "i32": torch.tensor([2**31 - 1, -(2**31)], dtype=torch.int32),
        "i16": torch.tensor([-32768, 32767], dtype=torch.int16),
        "i8": torch.tensor([-128, 127], dtype=torch.int8),
        "u8": torch.tensor([0, 1, 255], dtype=torch.uint8),
        "bool": torch.tensor([True, False, True]),
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 3),
        "f64.large": torch.tensor([1e39], dtype=torch.float64),
        "i64.large": torch.tensor([2**31], dtype=torch.int64),
    },
    here / "types.safetensors",
    metadata={"format": "pt", "note": "ü \" \\ \U0001f600"},
)
