"""Train the network that reads handwritten digits, measure it on writers it has never seen, and write it as ONNX.

    python -m venv torch && torch/bin/pip install "torch>=2.9" onnx onnxscript onnxruntime opencv-python-headless numpy
    PYTHONPATH=src torch/bin/python tools/train_digits.py DIGITS --work WORK

DIGITS is the folder with the collections (see digit_data.py); WORK takes the networks of the four folds and what they
said of the writers they had not seen. PyTorch is needed for nothing else, so it is not among the project's packages.

The 16 Swiss writers are four folds of four. A first network learns from all other collections, without any Swiss digit;
for each fold a copy of it goes on learning with the Swiss writers of the other three. The figures are of the four
writers that each copy has never seen. The network of the last fold is the one that is shipped: the writers 4, 8, 12 and
16 stay unseen by it, and tests measure by them. Everything is seeded: the same machine makes the same network again.
"""

from __future__ import annotations

import argparse
import json
import time
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import digit_data
import numpy as np
import torch
from digit_data import Digits
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it

from saime.channels.paper.digits.classes import CLASSES, SIZE

SEED = 20261124
BATCH = 128
FIRST_STEPS, FOLD_STEPS = 600, 1000
HARD = {1: 1.5, 4: 1.5, 7: 1.6, 9: 1.4}  # European shapes that other collections know little of
SMOOTHING = 0.02


class Network(nn.Sequential):
    """162,000 weights; (n, 1, 28, 28) from 0 to 1 in, (n, 12) scores out."""

    def __init__(self) -> None:
        super().__init__(
            *_block(1, 16), nn.MaxPool2d(2), *_block(16, 32), *_block(32, 48), nn.MaxPool2d(2),
            *_block(48, 96), *_block(96, 96), nn.MaxPool2d(3, 2, 1),
            nn.Flatten(), nn.Dropout(0.25), nn.Linear(96 * 16, CLASSES),
        )  # fmt: skip


def _block(inputs: int, outputs: int) -> list[nn.Module]:
    return [nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]


# What happens to a digit before the network sees it in training.


def shaken(images: Tensor, random: torch.Generator) -> Tensor:
    """Turned, slanted, stretched, moved, bent; thicker or thinner; blurred, faded, noisy; frames at the edge."""
    bent = _moved(images, random)
    bent = _some(bent, F.max_pool2d(bent, 3, 1, 1), 0.18, random, blend=True)
    bent = _some(bent, -F.max_pool2d(-bent, 3, 1, 1), 0.15, random, blend=True)
    bent = _some(bent, F.avg_pool2d(bent, 3, 1, 1, count_include_pad=False), 0.25, random, blend=True)
    bent = _some(bent, _edged(bent, random), 0.08, random)
    n = len(bent)
    bent = bent * (1 - 0.4 * torch.rand(n, 1, 1, 1, generator=random))
    noise = torch.randn(bent.shape, generator=random) * 0.12 * torch.rand(n, 1, 1, 1, generator=random) ** 2
    return (bent + noise).clamp(0, 1)


def _moved(images: Tensor, random: torch.Generator) -> Tensor:
    n = len(images)

    def normal(deviation: float) -> Tensor:
        return torch.randn(n, generator=random).clamp(-2.2, 2.2) * deviation

    angle, slant = normal(0.10), normal(0.12)
    wide, high = torch.exp(normal(0.09)), torch.exp(normal(0.09))
    cos, sin = torch.cos(angle), torch.sin(angle)
    first = torch.stack([cos * wide, (slant - sin) * high, normal(0.05)], dim=1)
    second = torch.stack([sin * wide, cos * high, normal(0.05)], dim=1)
    grid = F.affine_grid(torch.stack([first, second], dim=1), [n, 1, SIZE, SIZE], align_corners=False)
    coarse = torch.randn(n, 2, 6, 6, generator=random) * (0.055 * torch.rand(n, 1, 1, 1, generator=random))
    bend = F.interpolate(coarse, size=(SIZE, SIZE), mode="bicubic", align_corners=True)
    return F.grid_sample(images, grid + bend.permute(0, 2, 3, 1), align_corners=False)


def _some(
    images: Tensor, changed: Tensor, share: float, random: torch.Generator, *, blend: bool = False
) -> Tensor:
    chosen = (torch.rand(len(images), 1, 1, 1, generator=random) < share).float()
    if blend:
        chosen = chosen * torch.rand(len(images), 1, 1, 1, generator=random)
    return images * (1 - chosen) + changed * chosen


def _edged(images: Tensor, random: torch.Generator) -> Tensor:
    edged = images.clone()
    place = int(torch.randint(0, 3, (1,), generator=random))
    side = int(torch.randint(0, 4, (1,), generator=random))
    line = 0.3 + 0.6 * torch.rand(len(images), 1, SIZE, generator=random)
    at = place if side % 2 else SIZE - 1 - place
    if side < 2:
        edged[:, :, at] = torch.maximum(edged[:, :, at], line)
    else:
        edged[:, :, :, at] = torch.maximum(edged[:, :, :, at], line)
    return edged


# Learning.


class Pile:
    """Parts that batches are drawn from, each with its share."""

    def __init__(self, parts: list[tuple[Digits, float]], seed: int) -> None:
        self.parts = [(part, share, _weights(part.labels)) for part, share in parts]
        self.rng = np.random.default_rng(seed)

    def batch(self) -> tuple[Tensor, Tensor]:
        images, labels = [], []
        for part, share, weights in self.parts:
            chosen = np.searchsorted(weights, self.rng.random(round(share * BATCH)), side="right")
            images.append(part.images[chosen])
            labels.append(part.labels[chosen])
        pixels = torch.from_numpy(np.concatenate(images))[:, None].float() / 255
        return pixels, torch.from_numpy(np.concatenate(labels))


def _weights(labels: np.ndarray) -> np.ndarray:
    weight = np.ones(len(labels))
    for digit, times in HARD.items():
        weight[labels == digit] = times
    return np.cumsum(weight) / weight.sum()


def learn(network: nn.Module, pile: Pile, *, steps: int, rate: float, seed: int) -> nn.Module:
    """Train; gives the running mean of the weights, which knows more than the last ones."""
    random = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.2)
    mean = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.99), use_buffers=True
    )
    network.to(memory_format=torch.channels_last).train()  # type: ignore[call-overload]
    started = time.monotonic()
    for step in range(steps):
        pixels, labels = pile.batch()
        images = shaken(pixels, random).to(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):  # thrice as fast, and as good
            said = network(images)
        loss = F.cross_entropy(said.float(), labels, label_smoothing=SMOOTHING)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        mean.update_parameters(network)
        if step % 100 == 99:
            print(
                f"  {step + 1}/{steps} loss {loss.item():.4f} {time.monotonic() - started:.0f} s", flush=True
            )
    return mean.module.eval()


@torch.no_grad()
def scores(network: nn.Module, images: np.ndarray) -> np.ndarray:
    network.eval()
    pieces = np.array_split(images, max(len(images) // 1000, 1))
    said = [network(torch.from_numpy(piece)[:, None].float() / 255) for piece in pieces]
    return torch.cat(said).numpy()


def export(network: nn.Module, file: Path) -> None:
    network.eval()
    torch.onnx.export(
        network, (torch.zeros(1, 1, SIZE, SIZE),), str(file), input_names=["images"], output_names=["scores"],
        dynamic_axes={"images": {0: "n"}, "scores": {0: "n"}}, opset_version=17, dynamo=False,
    )  # fmt: skip


# The whole.


def first_pile(folder: Path) -> Pile:
    rng = np.random.default_rng(SEED)
    mnist = digit_data.with_feet(digit_data.mnist(folder), rng, share=0.08)
    others = digit_data.others(folder)
    boxes = digit_data.in_boxes(mnist, rng, rows=1000)
    blanks = digit_data.strange_blanks(2000, rng)
    return Pile([(mnist, 0.55), (others, 0.15), (boxes, 0.27), (blanks, 0.03)], SEED)


def fold_pile(first: Pile, swiss: Digits, boxes: Digits, fold: int) -> Pile:
    """The first pile, and the Swiss writers of the other folds, half of them in boxes."""
    seen = swiss.only(digit_data.fold_of(swiss.writers) != fold)
    boxes = boxes.only(digit_data.fold_of(boxes.writers) != fold)
    (mnist, _, _), (others, _, _), (mnist_boxes, _, _), (blanks, _, _) = first.parts
    return Pile(
        [(seen, 0.34), (boxes, 0.34), (mnist, 0.12), (others, 0.08), (mnist_boxes, 0.09), (blanks, 0.03)],
        SEED + 1 + fold,
    )


def copy_of(network: nn.Module) -> Network:
    copy = Network()
    copy.load_state_dict(network.state_dict())
    return copy


def main() -> None:
    arguments = _arguments()
    # One thread a process: threads of one process wait for each other where others need the machine, too.
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    arguments.work.mkdir(parents=True, exist_ok=True)
    pile = first_pile(arguments.digits)
    swiss = digit_data.swiss(arguments.digits)
    rng = np.random.default_rng(SEED + 1)
    learned = digit_data.with_feet(swiss, rng, share=0.2)
    boxes = digit_data.in_boxes(learned, rng, rows=3000)
    first = _first(pile, arguments)
    go_on = partial(_fold, first, pile, swiss, learned, boxes, arguments)
    with get_context("fork").Pool(arguments.processes) as pool:
        unseen = pool.map(go_on, reversed(range(digit_data.FOLDS)), chunksize=1)
    together = {name: np.concatenate([said[name] for said in unseen]) for name in unseen[0]}
    np.savez_compressed(arguments.work / "unseen.npz", **together)
    _tell(together)


def _first(pile: Pile, arguments: argparse.Namespace) -> nn.Module:
    """The network without Swiss digits, made now or taken from a file of an earlier run."""
    network: nn.Module = Network()
    if arguments.first is not None:
        network.load_state_dict(torch.load(arguments.first, weights_only=True))
        return network
    print("the first network, without Swiss digits", flush=True)
    network = learn(network, pile, steps=arguments.first_steps, rate=0.004, seed=SEED)
    torch.save(network.state_dict(), arguments.work / "first.pt")
    return network


def _fold(
    first: nn.Module,
    pile: Pile,
    swiss: Digits,
    learned: Digits,
    boxes: Digits,
    arguments: argparse.Namespace,
    fold: int,
) -> dict[str, np.ndarray]:
    mine = fold_pile(pile, learned, boxes, fold)
    network = learn(copy_of(first), mine, steps=arguments.fold_steps, rate=0.003, seed=SEED + fold)
    export(network, arguments.work / f"fold{fold}.onnx")
    said = _said(network, swiss, fold)
    _tell(said)
    return said


def _said(network: nn.Module, swiss: Digits, fold: int) -> dict[str, np.ndarray]:
    """What the network says of the writers of its fold: their digits as they are, and in boxes."""
    unseen = swiss.only(digit_data.fold_of(swiss.writers) == fold)
    boxes = digit_data.in_boxes(unseen, np.random.default_rng(SEED + 100 + fold), rows=400)
    return {
        "labels": unseen.labels, "writers": unseen.writers, "scores": scores(network, unseen.images),
        "box_labels": boxes.labels, "box_writers": boxes.writers, "box_scores": scores(network, boxes.images),
    }  # fmt: skip


def _tell(unseen: dict[str, np.ndarray]) -> None:
    for kind, name in (("", "as they are"), ("box_", "in boxes")):
        labels = unseen[kind + "labels"]
        right = unseen[kind + "scores"].argmax(axis=1) == labels
        share = {"all": float(right.mean()), "digits": float(right[labels < 10].mean())}
        print(json.dumps({"kind": name, "n": len(labels), **share}), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("digits", type=Path, metavar="DIGITS")
    parser.add_argument("--work", type=Path, required=True, metavar="WORK")
    parser.add_argument("--first", type=Path, metavar="WORK/first.pt", help="go on from there")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--first-steps", type=int, default=FIRST_STEPS)
    parser.add_argument("--fold-steps", type=int, default=FOLD_STEPS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
