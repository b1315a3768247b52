"""Makes the polynomial coefficients of dev.merapi.kernels.math: python3 minimax.py (needs numpy and mpmath).

Each row of ROWS is fitted by Remez's exchange on a dense Chebyshev grid. The coefficients are then rounded to
f32 one at a time, the lowest power first, and those that are left are fitted again, so that they make up for
what the rounding took. Prints the weighted error and the coefficients as Java writes them.
"""

import mpmath as mp
import numpy as np

mp.mp.dps = 40
REAL = np.longdouble
POINTS = 600
LN2 = float(mp.log(2))


def solve(matrix, right):
    """Gauss elimination in long double, which numpy.linalg does not have."""
    rows = np.concatenate([matrix, right[:, None]], 1).astype(REAL)
    for i in range(len(rows)):
        pivot = i + np.argmax(abs(rows[i:, i]))
        rows[[i, pivot]] = rows[[pivot, i]]
        rows[i] /= rows[i, i]
        for j in range(len(rows)):
            if j != i:
                rows[j] -= rows[j, i] * rows[i]
    return rows[:, -1]


def exchange(basis, target):
    """Coefficients c that minimise max |basis c - target|, and that error: Stiefel's single exchange."""
    points, n = basis.shape
    nodes = (1 - np.cos(np.pi * (np.arange(n + 1) + 0.5) / (n + 1))) / 2 * (points - 1)
    at = list(np.round(nodes).astype(int))
    signs = ((-1.0) ** np.arange(n + 1))[:, None]
    best = None
    for _ in range(400):
        solution = solve(np.concatenate([basis[at], signs], 1), target[at])
        error = basis @ solution[:n] - target
        k = int(np.argmax(abs(error)))
        if best is None or abs(error[k]) < best[1]:
            best = solution[:n], abs(error[k])
        if abs(error[k]) <= abs(solution[n]) * (1 + 1e-9):
            break
        i = int(np.searchsorted(at, k))
        same = lambda node: (error[node] > 0) == (error[k] > 0)
        if i == 0:
            at = [k] + (at[1:] if same(at[0]) else at[:-1])
        elif i == n + 1:
            at = (at[:-1] if same(at[-1]) else at[1:]) + [k]
        else:
            at[i - 1 if same(at[i - 1]) else i] = k
    return best


def exact(value):
    """An mpmath value as long double."""
    head = float(value)
    return REAL(head) + REAL(float(value - mp.mpf(head)))


def fit(function, weight, powers, low, high, known):
    """f32 coefficients by power of `function(x) ~ sum c x^power`, and their largest weighted error."""
    x = (low + high) / 2 - (high - low) / 2 * np.cos(np.pi * (np.arange(POINTS) + 0.5) / POINTS)
    real = x.astype(REAL)
    target = np.array([exact(mp.mpf(function(mp.mpf(float(v))))) for v in x])
    weights = np.array([exact(mp.mpf(weight(mp.mpf(float(v))))) for v in x])
    fixed = dict(known)
    free = [p for p in powers if p not in fixed]
    while free:
        # An odd lowest power changes sign at zero, which would break the alternation.
        flip = np.where(x < 0, -1.0, 1.0) if min(free) % 2 else np.ones(POINTS)
        rest = target - sum(REAL(c) * real**p for p, c in fixed.items())
        basis = np.stack([real**p for p in free], 1)
        scale = weights * flip
        coefficients, _ = exchange(basis * scale[:, None], rest * scale)
        fixed[free.pop(0)] = float(np.float32(coefficients[0]))
    error = sum(REAL(c) * real**p for p, c in fixed.items()) - target
    return fixed, float(abs(error * weights).max())


def relative(function):
    return lambda x: 1 / abs(function(x))


def log2_erfc(x):
    return mp.log(mp.erfc(x), 2)


def atanh_rest(u):
    """2 atanh(s) = 2 s + s^3 (2/3 + rest), u = s^2."""
    s = mp.sqrt(u)
    return (2 * mp.atanh(s) / s - 2) / u - mp.mpf(2) / 3


two_exp = lambda x: mp.exp(2 * x)
exp2 = lambda x: mp.mpf(2) ** x
QUARTER = float(mp.pi / 4) * 1.0001
ROOT = float(mp.sqrt(2))
LARGEST_U = (float((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) * 1.0002) ** 2

# name, function, weight of the error, powers, interval, coefficients that are given
ROWS = [
    ("exp", mp.exp, relative(mp.exp), range(8), -LN2 * 1.0001, LN2 * 1.0001, {0: 1.0, 1: 1.0}),
    ("expm1", mp.expm1, relative(mp.expm1), range(1, 7), -LN2 / 2 * 1.001, LN2 / 2 * 1.001, {1: 1.0}),
    ("tanh, small", mp.tanh, relative(mp.tanh), range(1, 10, 2), 1e-4, 0.5501, {1: 1.0}),
    ("tanh, e^(2r)", two_exp, relative(two_exp), range(7), -LN2 / 4 * 1.001, LN2 / 4 * 1.001, {0: 1.0}),
    ("log1p", mp.log1p, relative(mp.log1p), range(1, 10), (1 / ROOT - 1) * 1.0001, (ROOT - 1) * 1.0001, {1: 1.0}),
    ("sin", mp.sin, relative(mp.sin), range(1, 8, 2), 0.0, QUARTER, {1: 1.0}),
    ("cos", mp.cos, lambda x: 1, range(0, 9, 2), 0.0, QUARTER, {0: 1.0, 2: -0.5}),
    ("atan", mp.atan, relative(mp.atan), range(1, 18, 2), 1e-6, 1.0, {1: 1.0}),
    ("erf - x, small", lambda x: mp.erf(x) - x, relative(mp.erf), range(1, 12, 2), 1e-4, 0.9, {}),
    ("log2(erfc)", log2_erfc, lambda x: mp.log(2) * mp.erfc(x) / mp.erf(x), range(7), 0.9, 3.95, {}),
    ("exp2 in erf", exp2, relative(exp2), range(6), -0.5001, 0.5001, {0: 1.0}),
    ("atanh in pow", atanh_rest, lambda u: u, range(1, 4), 1e-6, LARGEST_U, {}),
    ("exp in pow", mp.exp, relative(mp.exp), range(7), -LN2 / 2 * 1.0001, LN2 / 2 * 1.0001, {0: 1.0, 1: 1.0}),
]

for name, *row in ROWS:
    fitted, error = fit(*row)
    print(f"{name}: {error:.1e}")
    for power in sorted(fitted):
        print(f"  {power:2}: {np.float32(fitted[power]).item().hex()}f")
