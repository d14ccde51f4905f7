"""The cell in PyTorch as most would write it: autograd for gradient descent and for PGD."""

from protocol import DEVIATION, RADII, TEST_POINTS, serve, step_size


def load(options):
    import torch

    torch.set_num_threads(options["threads"])
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
    W = torch.randn(2 * m, d).mul_(DEVIATION).requires_grad_()
    b = torch.randn(2 * m).mul_(DEVIATION).requires_grad_()
    a = torch.full((2 * m,), 1 / m)
    a[m:].neg_()
    watch.lap("data")

    C = torch.zeros(n, 2 * m)  # W_t = W_0 + Cᵀ X
    for _ in range(cell["trainSteps"]):
        P = torch.addmm(b, X, W.T)
        loss = torch.nn.functional.softplus(-y * (torch.relu(P) @ a)).mean()
        on_w, on_b, on_p = torch.autograd.grad(loss, (W, b, P))
        with torch.no_grad():
            W.sub_(on_w, alpha=eta)
            b.sub_(on_b, alpha=eta)
            C.sub_(on_p, alpha=eta)
    W, b = W.detach(), b.detach()
    watch.lap("training")

    coefficients = torch.zeros(k, 2 * m).index_add_(0, clusters, C).mul_(d)
    own = torch.cat((coefficients[: k // 2, :m].flatten(), coefficients[k // 2 :, m:].flatten()))
    x, _, y = points(torch, centres, TEST_POINTS)
    direction = (centres[: k // 2].sum(0) - centres[k // 2 :].sum(0)) / (k * d) ** 0.5
    margin = lambda x: y * (torch.relu(torch.addmm(b, x, W.T)) @ a)
    clean = (margin(x) > 0).double().mean().item()
    moved = lambda radius: x - torch.outer(y, direction).mul_(radius * d**0.5)
    universal = [(margin(moved(radius)) > 0).double().mean().item() for radius in RADII]
    watch.lap("evaluation")

    robust = []
    for radius in RADII:
        epsilon = radius * d**0.5
        alpha = 2.5 * epsilon / cell["pgdSteps"]
        delta = torch.randn_like(x)
        reach = torch.rand(TEST_POINTS).pow_(1 / d).mul_(epsilon)
        delta.mul_((reach / delta.norm(dim=1))[:, None]).requires_grad_()
        worst = margin(x)
        watch.lap("start")
        for _ in range(cell["attackSteps"]):
            margins = margin(x + delta)
            (gradient,) = torch.autograd.grad(margins.sum(), delta)
            with torch.no_grad():
                torch.minimum(worst, margins, out=worst)
                scale = gradient.norm(dim=1).clamp_(min=1e-30).reciprocal_()
                delta.addcmul_(gradient, scale[:, None], value=-alpha)
                delta.mul_((epsilon / delta.norm(dim=1)).clamp_(max=1)[:, None])
        with torch.no_grad():
            torch.minimum(worst, margin(x + delta), out=worst)
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
