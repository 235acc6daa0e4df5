"""Claims about the powers of one mode's matrix, and about the method's other form."""

import sympy as sp

from dltheory.claims import Agreement, Identity, NearMiss, claim
from dltheory.momentum import derivation
from dltheory.momentum.claims import published
from dltheory.momentum.derivation.symbols import beta, eta, mu, sigma, t


@claim("thm-momentum-heavy-ball", uses=["thm-momentum-modes"], source="polyak1964, goh2017")
def heavy_ball():
    """The method is heavy ball, $\\alpha=\\eta\\beta$, $\\mu=1-\\beta$;
    from $v_0=\\nabla L(w_0)$ it is torch's SGD exactly.
    """
    return [
        Identity(
            lambda: _two_averaged_steps() - _heavy_ball_step(eta * beta, 1 - beta),
            sp.Integer(0),
            near_misses=[
                NearMiss("α = η", lhs=lambda: _two_averaged_steps() - _heavy_ball_step(eta, 1 - beta)),
                NearMiss("μ = β", lhs=lambda: _two_averaged_steps() - _heavy_ball_step(eta * beta, beta)),
                NearMiss(
                    "the memory is subtracted",
                    lhs=lambda: _two_averaged_steps() - _heavy_ball_step(eta * beta, beta - 1),
                ),
            ],
        ),
        Identity(
            lambda: _weight(t + 2) - (1 + mu) * _weight(t + 1) + mu * _weight(t),
            sp.Integer(0),
            near_misses=[
                NearMiss("the weights grow like k", lhs=lambda: t + 2 - (1 + mu) * (t + 1) + mu * t),
            ],
        ),
        Identity(
            lambda: _run_from_rest(4),
            lambda: _unrolled(4, sign=-1),
            scope="t = 4",
            near_misses=[
                NearMiss(
                    "the unrolled update adds the gradients",
                    rhs=lambda: _unrolled(4, sign=+1),
                    erratum=published.UNROLLED,
                ),
                NearMiss("every gradient has the same weight", rhs=lambda: _unrolled(4, sign=-1, equal=True)),
            ],
        ),
        Agreement(
            _weights_averaged,
            _weights_of_torch,
            _random_run,
            count=10,
            tolerance=1e-12,
            because="30 steps of the same arithmetic in double precision",
            near_misses=[
                NearMiss("started from rest, v₀ = 0", predict=lambda **case: _weights_averaged(**case, rest=True)),
                NearMiss("torch without dampening", measure=lambda **case: _weights_of_torch(**case, dampened=False)),
            ],
        ),
    ]


def _two_averaged_steps() -> sp.Expr:
    """w₂ from (v₀, w₀) with gradients g₀, g₁, in the averaged form."""
    v0, w0, g0, g1 = sp.symbols("v_0 w_0 g_0 g_1", real=True)
    v1, w1 = derivation.averaged_step(g0, v0, w0)
    return derivation.averaged_step(g1, v1, w1)[1]


def _heavy_ball_step(step: sp.Expr, memory: sp.Expr) -> sp.Expr:
    """w₁ − step g₁ + memory (w₁ − w₀) with the w₁ that the averaged form takes."""
    v0, w0, g0, g1 = sp.symbols("v_0 w_0 g_0 g_1", real=True)
    _, w1 = derivation.averaged_step(g0, v0, w0)
    return w1 - step * g1 + memory * (w1 - w0)


def _weight(age: sp.Expr) -> sp.Expr:
    """(1 − μᵏ)/(1 − μ): how much of a gradient has arrived after k steps."""
    return (1 - mu**age) / (1 - mu)


_GRADIENTS = sp.symbols("g_0:4", real=True)
_ALPHA = sp.Symbol("alpha", positive=True)


def _run_from_rest(steps: int) -> sp.Expr:
    """w_t − w₀ of heavy ball from v₀ = 0, with symbolic gradients."""
    older = newer = sp.Integer(0)
    for gradient in _GRADIENTS[:steps]:
        older, newer = newer, newer - _ALPHA * gradient + mu * (newer - older)
    return newer


def _unrolled(steps: int, sign: int, equal: bool = False) -> sp.Expr:
    """± α Σ (1 − μ^(t−i))/(1 − μ) g_i."""
    total = sum(
        (_weight(sp.Integer(1 if equal else steps - i)) * g for i, g in enumerate(_GRADIENTS[:steps])), sp.Integer(0)
    )
    return sign * _ALPHA * total


def _random_run(rng):
    x = rng.normal(size=(8, 3))
    weight = rng.uniform(0.1, 1.0)
    step = 0.5 / (weight * (x**2).sum())
    return {"x": x, "y": rng.normal(size=8), "start": rng.normal(size=3), "step": step, "weight": weight}


def _weights_averaged(x, y, start, step, weight, rest=False):
    """w₃₀ of the averaged form, v₀ the first gradient (or 0)."""
    import numpy as np

    w = start
    average = np.zeros_like(start) if rest else 2 * x.T @ (x @ w - y)
    for _ in range(30):
        average = (1 - weight) * average + weight * 2 * x.T @ (x @ w - y)
        w = w - step * average
    return w


def _weights_of_torch(x, y, start, step, weight, dampened=True):
    """w₃₀ of torch.optim.SGD with momentum 1 − β and, unless told otherwise, dampening 1 − β."""
    import torch

    w = torch.tensor(start, requires_grad=True)
    features, targets = torch.tensor(x), torch.tensor(y)
    optimiser = torch.optim.SGD([w], lr=step, momentum=1 - weight, dampening=1 - weight if dampened else 0.0)
    for _ in range(30):
        optimiser.zero_grad()
        ((targets - features @ w) ** 2).sum().backward()
        optimiser.step()
    return w.detach().numpy()


_S = sp.Symbol("s", positive=True)  # √(1 − β), below 1


def _at_double_root(which: int) -> sp.Matrix:
    """M at η₋ (0) or η₊ (1), with β = 1 − s²."""
    at = {eta: derivation.double_root_steps()[which], beta: 1 - _S**2}
    return derivation.iteration_matrix().subs(eta, at[eta]).subs(beta, at[beta]).applyfunc(sp.simplify)


@claim(
    "thm-momentum-jordan",
    uses=["thm-momentum-modes", "thm-momentum-regimes"],
    rests_on="The step from $t$ to $t+1$ is checked for symbolic $t$; the induction itself is in the proof.",
)
def double_root_is_a_jordan_block():
    """At $D=0$, $0<\\beta<1$: $M\\ne z_1I$, so $M$ is not diagonalisable, and $M^t=z_1^tI+tz_1^{t-1}(M-z_1I)$."""
    size = sp.Symbol("n", positive=True, integer=True)
    root = {0: _S, 1: -_S}

    def step(which, power=derivation.power_repeated):
        m = _at_double_root(which)
        return [
            m * power(m, root[which], size) - power(m, root[which], size + 1),
            power(m, root[which], sp.Integer(0)) - sp.eye(2),
        ]

    def diagonal(matrix, z1, exponent):
        return z1**exponent * sp.eye(2)

    def off_by_one(matrix, z1, exponent):
        return z1**exponent * sp.eye(2) + exponent * z1**exponent * (matrix - z1 * sp.eye(2))

    zeros = [sp.zeros(2), sp.zeros(2)]
    return [
        *[
            Identity(
                lambda which=which: step(which),
                zeros,
                given=[_S < 1],
                near_misses=[
                    NearMiss(
                        "M is diagonalised: the power is z₁ᵗ I",
                        lhs=lambda which=which: step(which, diagonal),
                        erratum=published.ALWAYS_DIAGONAL,
                    ),
                    NearMiss("t z₁ᵗ in place of t z₁ᵗ⁻¹", lhs=lambda which=which: step(which, off_by_one)),
                ],
            )
            for which in (0, 1)
        ],
        Identity(
            lambda: [_at_double_root(0)[0, 1], (_at_double_root(0) - _S * sp.eye(2)) ** 2],
            [2 * (1 - _S**2) * sigma**2, sp.zeros(2)],
            given=[_S < 1],
            near_misses=[
                NearMiss("M − z₁I vanishes", lhs=lambda: [_at_double_root(0)[0, 1] * 0, sp.zeros(2)]),
                NearMiss(
                    "the other sign of the root",
                    lhs=lambda: [_at_double_root(0)[0, 1], (_at_double_root(0) + _S * sp.eye(2)) ** 2],
                ),
            ],
        ),
        Identity(
            lambda: (derivation.iteration_matrix().subs({beta: 1, eta: 1 / (2 * sigma**2)})) ** 2,
            sp.zeros(2),
            near_misses=[
                NearMiss(
                    "the step 1/σ², where gradient descent stops being stable",
                    lhs=lambda: (derivation.iteration_matrix().subs({beta: 1, eta: 1 / sigma**2})) ** 2,
                )
            ],
        ),
        Agreement(
            _power_from_formula,
            _power_by_multiplication,
            lambda rng: {
                "s": rng.uniform(0.2, 0.95),
                "value": rng.uniform(0.3, 3.0),
                "sign": rng.choice([-1.0, 1.0]),
                "exponent": int(rng.integers(1, 40)),
            },
            count=30,
            tolerance=1e-9,
            because="repeated multiplication of 2 × 2 matrices in double precision",
            near_misses=[NearMiss("z₁ᵗ I alone", predict=lambda **case: _power_from_formula(**case, linear=False))],
        ),
    ]


def _double_root_matrix(s, value, sign):
    import numpy as np

    weight = 1 - s**2
    step = (1 - sign * s) ** 2 / (2 * weight * value**2)
    return np.array([[1 - weight, 2 * weight * value**2], [-step * (1 - weight), 1 - 2 * step * weight * value**2]])


def _power_from_formula(s, value, sign, exponent, linear=True):
    import numpy as np

    matrix, root = _double_root_matrix(s, value, sign), sign * s
    nilpotent = matrix - root * np.eye(2)
    return root**exponent * np.eye(2) + linear * exponent * root ** (exponent - 1) * nilpotent


def _power_by_multiplication(s, value, sign, exponent):
    import numpy as np

    return np.linalg.matrix_power(_double_root_matrix(s, value, sign), exponent)


@claim(
    "thm-momentum-powers",
    uses=["thm-momentum-modes", "thm-momentum-charpoly"],
    rests_on="The step from $t$ to $t+1$ is checked for symbolic $t$; the induction itself is in the proof.",
)
def powers_for_distinct_roots():
    """For $z_1\\ne z_2$: $M^t=[z_1^t(M-z_2I)-z_2^t(M-z_1I)]/(z_1-z_2)$."""
    z1, z2, b = sp.symbols("z_1 z_2 b", positive=True)
    # β = 1 − z₁z₂ and 2ηβσ² = (1 − z₁)(1 − z₂): the matrix in terms of its roots, b = 2βσ²
    memory, product = z1 * z2, (1 - z1) * (1 - z2)
    matrix = sp.Matrix([[memory, b], [-memory * product / b, 1 - product]])

    def step(power):
        return [matrix * power(t) - power(t + 1), power(sp.Integer(0)) - sp.eye(2)]

    def formula(exponent):
        return derivation.power_distinct(matrix, z1, z2, exponent)

    def swapped(exponent):
        return derivation.power_distinct(matrix, z2, z1, exponent).subs({z1: z2, z2: z1}, simultaneous=True).T

    zeros = [sp.zeros(2), sp.zeros(2)]
    return [
        Identity(
            lambda: step(formula),
            zeros,
            given=[sp.Ne(z1, z2)],
            near_misses=[
                NearMiss(
                    "the sum of the two terms",
                    lhs=lambda: step(
                        lambda e: (z1**e * (matrix - z2 * sp.eye(2)) + z2**e * (matrix - z1 * sp.eye(2))) / (z1 - z2)
                    ),
                ),
                NearMiss("transposed", lhs=lambda: step(swapped)),
            ],
        ),
        Agreement(
            _distinct_power_from_formula,
            _distinct_power_by_multiplication,
            lambda rng: {
                "weight": rng.uniform(0.1, 0.9),
                "moved": rng.uniform(0.05, 1.0),
                "exponent": int(rng.integers(1, 30)),
            },
            count=40,
            tolerance=1e-8,
            because="the formula divides by the distance of the roots, which stays above 1e-3 in these draws",
            near_misses=[
                NearMiss(
                    "one exponent too many",
                    predict=lambda **case: _distinct_power_from_formula(**{**case, "exponent": case["exponent"] + 1}),
                ),
            ],
        ),
    ]


def _mode(weight, moved):
    """M with σ = 1 and η β σ² = moved."""
    import numpy as np

    step = moved / weight
    return np.array([[1 - weight, 2 * weight], [-step * (1 - weight), 1 - 2 * moved]])


def _distinct_power_from_formula(weight, moved, exponent):
    import numpy as np
    from scipy import linalg

    matrix = _mode(weight, moved)
    z1, z2 = linalg.eigvals(matrix)
    power = z1**exponent * (matrix - z2 * np.eye(2)) - z2**exponent * (matrix - z1 * np.eye(2))
    return (power / (z1 - z2)).real


def _distinct_power_by_multiplication(weight, moved, exponent):
    import numpy as np

    return np.linalg.matrix_power(_mode(weight, moved), exponent)
