"""The average of two trainings of one model, parameter by parameter: better on most tasks than either alone.

    python training/engine_average.py build/before build/engine build/average --share 0.65

The second began from the first (`--start`), so that their weights lie in one valley: see Wortsman et al., "Model soups"
(ICML 2022). `--share` is the part of the second.
"""

import argparse
import shutil
from pathlib import Path

import torch


def average(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor], share: float) -> dict[str, torch.Tensor]:
    """The weighted mean of two states; whole numbers (positions) are those of the second."""
    return {
        name: torch.lerp(first[name], value, share) if value.is_floating_point() else value
        for name, value in second.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--share", type=float, default=0.5)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    first, second = (torch.load(folder / "model.pt") for folder in (args.first, args.second))
    torch.save(average(first, second, args.share), args.out / "model.pt")
    shutil.copy(args.second / "vocab.json", args.out)


if __name__ == "__main__":
    main()
