"""Prints the tensors of a safetensors file as Python's reader sees them: name, type, shape, SHA-256 of the bytes."""
import hashlib
import sys
from safetensors.numpy import load_file

for name, tensor in sorted(load_file(sys.argv[1]).items()):
    digest = hashlib.sha256(tensor.tobytes()).hexdigest()
    print(name, tensor.dtype.name, "x".join(str(size) for size in tensor.shape), digest)
