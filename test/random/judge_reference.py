# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random models against the float64 reference: judge_reference.py WORK [--models N] [--seed S].

keratin verify compares outputs, gradients (also with finite differences) and, of every fifth model, the weights after 3
training steps, each within 1e-5 of its tensor's largest element: ten times what float32 is off by in such models, and
less than any wrong term makes. Models of seeds.txt come first. Every fourth is compiled for another CPU than this one.
"""
import argparse
import concurrent.futures
import pathlib
import subprocess
import sys

import models

CPUS = ["native", "x86-64", "native", "x86-64-v3"]


def kept_seeds():
    """The models of seeds.txt: seeds, and names of scripts in this folder."""
    lines = (pathlib.Path(__file__).parent / "seeds.txt").read_text().splitlines()
    names = [line.split()[0] for line in lines if line.split("#")[0].strip()]
    return [int(name) if name.isdigit() else name for name in names]


def verify(script, seed, *more):
    words = ["keratin", "--threads=1", "-q", f"--seed={seed}", "verify", "--quick", script, *more]
    return subprocess.run([str(word) for word in words], capture_output=True, text=True)


def is_refused(result):
    """Whether the model needs what Keratin does not have, and says so."""
    return result.returncode == 1 and "is not supported" in result.stderr


def reference(work, seed):
    path, n = work / f"model{seed}.py", models.number(seed)
    path.write_text(models.script(seed))
    return verify(path, n, f"--rows={1 + n % 5}", f"--cpu={CPUS[n % 4]}", f"--train-steps={3 * (n % 5 == 0)}")


def report(seed, text, result):
    """The script, and what differs in it."""
    differs = [line for line in result.stdout.splitlines() if "DIFFERS" in line]
    print(f"seed {seed}: exit code {result.returncode}", text.split("\n\n", 1)[1], *differs, result.stderr, sep="\n",
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--models", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0, help="of the first model")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    seeds = [*kept_seeds(), *range(arguments.seed, arguments.seed + arguments.models)]
    failed, refused = [], []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for seed, result in zip(seeds, pool.map(lambda seed: reference(arguments.work, seed), seeds)):
            text = models.script(seed)
            # A row that is masked throughout has no mean, in Keras neither.
            if is_refused(result) or ("nan" in result.stdout and "mask_zero=True" in text and "GlobalAverage" in text):
                refused.append(seed)
            elif result.returncode:
                failed.append(seed)
                report(seed, models.script(seed), result)
    print(f"{len(seeds) - len(refused)} models against the reference, {len(failed)} differ: {failed}; "
          f"{len(refused)} refused")
    sys.exit(bool(failed) or len(refused) > len(seeds) // 10)


if __name__ == "__main__":
    main()
