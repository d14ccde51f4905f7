"""PGD by torch's autograd, of 200 steps and 10 restarts, on the nets that come in on stdin as JSON: the smallest radius
at which it flips each point, to one part in 256. Written without a look at the package: starts, steps, projection and
success are torch's. Madry et al., ICLR 2018."""
import json
import sys

import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
torch.manual_seed(1)
real = torch.float64
STEPS, RESTARTS, TOLERANCE = 200, 10, 1 / 256


def margin(net, point, x):
    hidden = torch.relu(x @ net["W"].T + net["b"])
    readout = point["readout"]
    if readout["kind"] == "linear":
        return point["label"] * (hidden @ torch.tensor(readout["outputs"], dtype=real))
    if readout["kind"] == "argmax":
        scores = hidden @ torch.tensor(readout["outputs"], dtype=real).T
        own = readout["own"]
        rivals = torch.cat([scores[:, :own], scores[:, own + 1 :]], 1)
        return scores[:, own] - rivals.max(1).values
    groups = hidden.reshape(len(x), -1, readout["size"]).mean(2)
    classes = torch.tensor(readout["classes"])
    join = (lambda s: s.max(1).values) if readout["kind"] == "max" else (lambda s: s.logsumexp(1))
    return point["label"] * (join(groups[:, classes > 0]) - join(groups[:, classes < 0]))


def project(delta, norm, radius):
    if norm == "linf":
        return delta.clamp(-radius, radius)
    size = delta.norm(dim=1, keepdim=True)
    return delta * torch.clamp(radius / size, max=1.0)


def flips(net, point, norm, radius):
    x = torch.tensor(point["input"], dtype=real)
    if norm == "linf":
        delta = radius * (2 * torch.rand(RESTARTS, len(x)) - 1)
    else:
        delta = torch.randn(RESTARTS, len(x))
        delta = radius * torch.rand(RESTARTS, 1) ** (1 / len(x)) * delta / delta.norm(dim=1, keepdim=True)
    for _ in range(STEPS):
        delta.requires_grad_(True)
        value = margin(net, point, x + delta)
        if (value <= 0).any():
            return True
        (gradient,) = torch.autograd.grad(value.sum(), delta)
        if norm == "linf":
            step = gradient.sign()
        else:
            step = torch.nn.functional.normalize(gradient, dim=1, eps=0)
            step = torch.nan_to_num(step)
        delta = project((delta - 2.5 * radius / STEPS * step).detach(), norm, radius)
    return bool((margin(net, point, x + delta) <= 0).any())


def radius(net, point, norm):
    low = high = max(point["from"], 1e-9)
    while not flips(net, point, norm, high):
        low, high = high, 1.25 * high
    while high - low > TOLERANCE * high:
        middle = (low + high) / 2
        if flips(net, point, norm, middle):
            high = middle
        else:
            low = middle
    return high


found = []
for net in json.load(sys.stdin):
    net["W"], net["b"] = (torch.tensor(net[key], dtype=real) for key in ("weights", "biases"))
    found.append([radius(net, point, net["norm"]) for point in net["points"]])
json.dump(found, sys.stdout)
