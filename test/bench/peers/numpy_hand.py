"""The cell in NumPy with gradients written by hand, in place where that saves memory traffic."""

from protocol import DEVIATION, RADII, TEST_POINTS, serve, step_size


def load(options):
    import numpy as np

    real = np.float64 if options["float64"] else np.float32
    one = np.ones((512, 512), real)
    return {"library": f"numpy {np.__version__}"}, lambda: one @ one, lambda cell, watch: run(np, real, cell, watch)


def run(np, real, cell, watch):
    d, n, m, k = cell["d"], cell["n"], cell["m"], cell["k"]
    rng = np.random.default_rng(cell["seed"])
    normal = lambda *shape: rng.standard_normal(shape, dtype=real)
    eta = step_size(cell)

    def points(count):
        clusters = rng.integers(k, size=count)
        x = normal(count, d)
        x += centres[clusters]
        return x, clusters, np.where(clusters < k // 2, 1, -1).astype(real)

    centres = np.ascontiguousarray(np.linalg.qr(normal(d, k))[0].T) * real(d**0.5)
    X, clusters, y = points(n)
    W = normal(2 * m, d) * real(DEVIATION)
    b = normal(2 * m) * real(DEVIATION)
    a = np.repeat([1 / m, -1 / m], m).astype(real)
    watch.lap("data")

    P = np.empty((n, 2 * m), real)
    move = np.empty_like(W)
    C = np.zeros((n, 2 * m), real)  # W_t = W_0 + Cᵀ X
    for _ in range(cell["trainSteps"]):
        np.matmul(X, W.T, out=P)
        P += b
        margin = y * (np.maximum(P, 0) @ a)
        slope = y * real(eta / n) / (1 + np.exp(margin))
        S = np.outer(slope, a)
        S *= P > 0
        C += S
        W += np.matmul(S.T, X, out=move)
        b += S.sum(0)
    watch.lap("training")

    coefficients = d * (np.arange(k)[:, None] == clusters).astype(real) @ C
    own = np.concatenate((coefficients[: k // 2, :m].ravel(), coefficients[k // 2 :, m:].ravel()))
    x, _, y = points(TEST_POINTS)
    z = x @ W.T + b
    direction = (centres[: k // 2].sum(0) - centres[k // 2 :].sum(0)) / real((k * d) ** 0.5)
    shift = np.outer(y, W @ direction)
    score = lambda z: y * (np.maximum(z, 0) @ a)
    share = lambda margins: float(np.mean(margins > 0))
    clean = share(score(z))
    universal = [share(score(z - real(radius * d**0.5) * shift)) for radius in RADII]
    watch.lap("evaluation")

    sizes = lambda v: np.sqrt(np.einsum("ij,ij->i", v, v))
    robust = []
    delta, gradient = np.empty_like(x), np.empty_like(x)
    p = np.empty((TEST_POINTS, 2 * m), real)
    for radius in RADII:
        epsilon = real(radius * d**0.5)
        alpha = real(2.5 * epsilon / cell["pgdSteps"])
        rng.standard_normal(dtype=real, out=delta)
        reach = epsilon * rng.random(TEST_POINTS, dtype=real) ** real(1 / d)
        delta *= (reach / sizes(delta))[:, None]
        worst = score(z)
        watch.lap("start")
        for _ in range(cell["attackSteps"]):
            np.matmul(delta, W.T, out=p)
            p += z
            np.minimum(worst, score(p), out=worst)
            np.matmul(np.outer(y, a) * (p > 0), W, out=gradient)
            gradient *= (alpha / np.maximum(sizes(gradient), real(1e-30)))[:, None]
            delta -= gradient
            delta *= np.minimum(epsilon / sizes(delta), 1)[:, None]
        np.minimum(worst, score(delta @ W.T + z), out=worst)
        robust.append(share(worst))
        watch.lap("attack")
    return {
        "cleanAccuracy": clean,
        "robustAccuracy": robust,
        "universalAccuracy": universal,
        "coefficients": [float(own.min()), float(own.max())],  # of clusters of the neuron's class
    }


if __name__ == "__main__":
    serve(load)
