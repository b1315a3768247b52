"""Prints the tensors of a safetensors file as Python's reader sees them: name, type, shape, SHA-256 of the bytes.

With a second argument, writes them there as a file of Python's own. The fixtures python_*, of a model that
Merapi saved, are made by

    python read_model.py python_model.merapi python_model.safetensors > python_model.txt
"""
import hashlib
import sys
from safetensors.numpy import load_file, save_file

tensors = load_file(sys.argv[1])
for name, tensor in sorted(tensors.items()):
    digest = hashlib.sha256(tensor.tobytes()).hexdigest()
    print(name, tensor.dtype.name, "x".join(str(size) for size in tensor.shape), digest)
if len(sys.argv) > 2:
    save_file(tensors, sys.argv[2])
