"""The cell in PyTorch with gradients written by hand, in place where that saves memory traffic."""

from protocol import DEVIATION, RADII, TEST_POINTS, serve, step_size


def load(options):
    import torch

    torch.set_num_threads(options["threads"])
    torch.set_grad_enabled(False)
    if options["float64"]:
        torch.set_default_dtype(torch.float64)
    one = torch.ones(512, 512)
    return {"library": f"torch {torch.__version__}"}, lambda: one @ one, lambda cell, watch: run(torch, cell, watch)


def points(torch, centres, count):
    k, d = centres.shape
    clusters = torch.randint(k, (count,))
    labels = torch.where(clusters < k // 2, 1.0, -1.0).to(centres.dtype)
    return torch.randn(count, d).add_(centres[clusters]), clusters, labels


def run(torch, cell, watch):
    d, n, m, k = cell["d"], cell["n"], cell["m"], cell["k"]
    torch.manual_seed(cell["seed"])
    eta = step_size(cell)

    centres = torch.linalg.qr(torch.randn(d, k))[0].T.contiguous().mul_(d**0.5)
    X, clusters, y = points(torch, centres, n)
    W = torch.randn(2 * m, d).mul_(DEVIATION)
    b = torch.randn(2 * m).mul_(DEVIATION)
    a = torch.full((2 * m,), 1 / m)
    a[m:].neg_()
    watch.lap("data")

    P = torch.empty(n, 2 * m)
    S = torch.empty(n, 2 * m)
    C = torch.zeros(n, 2 * m)  # W_t = W_0 + Cᵀ X
    for _ in range(cell["trainSteps"]):
        torch.addmm(b, X, W.T, out=P)
        margin = (torch.relu(P) @ a).mul_(y)
        slope = margin.neg_().sigmoid_().mul_(y).mul_(eta / n)
        torch.outer(slope, a, out=S).mul_(P > 0)
        C.add_(S)
        W.addmm_(S.T, X)
        b.add_(S.sum(0))
    watch.lap("training")

    coefficients = torch.zeros(k, 2 * m).index_add_(0, clusters, C).mul_(d)
    own = torch.cat((coefficients[: k // 2, :m].flatten(), coefficients[k // 2 :, m:].flatten()))
    x, _, y = points(torch, centres, TEST_POINTS)
    z = torch.addmm(b, x, W.T)
    direction = (centres[: k // 2].sum(0) - centres[k // 2 :].sum(0)) / (k * d) ** 0.5
    shift = torch.outer(y, W @ direction)
    score = lambda z: (torch.relu(z) @ a).mul_(y)
    clean = (score(z) > 0).double().mean().item()
    universal = [(score(z - radius * d**0.5 * shift) > 0).double().mean().item() for radius in RADII]
    watch.lap("evaluation")

    robust = []
    delta, gradient = torch.empty_like(x), torch.empty_like(x)
    for radius in RADII:
        epsilon = radius * d**0.5
        alpha = 2.5 * epsilon / cell["pgdSteps"]
        delta.normal_()
        reach = torch.rand(TEST_POINTS).pow_(1 / d).mul_(epsilon)
        delta.mul_((reach / delta.norm(dim=1))[:, None])
        worst = score(z)
        watch.lap("start")
        for _ in range(cell["attackSteps"]):
            p = torch.addmm(z, delta, W.T)
            torch.minimum(worst, score(p), out=worst)
            torch.mm(torch.outer(y, a).mul_(p > 0), W, out=gradient)
            scale = gradient.norm(dim=1).clamp_(min=1e-30).reciprocal_()
            delta.addcmul_(gradient, scale[:, None], value=-alpha)
            delta.mul_((epsilon / delta.norm(dim=1)).clamp_(max=1)[:, None])
        torch.minimum(worst, score(torch.addmm(z, delta, W.T)), out=worst)
        robust.append((worst > 0).double().mean().item())
        watch.lap("attack")
    return {
        "cleanAccuracy": clean,
        "robustAccuracy": robust,
        "universalAccuracy": universal,
        "coefficients": [own.min().item(), own.max().item()],  # of clusters of the neuron's class
    }


if __name__ == "__main__":
    serve(load)
