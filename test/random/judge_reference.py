# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random models against the float64 reference: judge_reference.py WORK [--models N] [--seed S].

keratin verify compares outputs, gradients (also with finite differences) and, of two models in seven, the weights after 3
training steps, each within 3e-5 of its tensor's largest element. That is what float32 is off by where an output saturates,
as its slope 1 - y * y cancels there; a wrong term makes far more. Models of seeds.txt come first. A third of the models
has sample weights; every fourth is compiled for another CPU than this one.
"""
import argparse
import concurrent.futures
import pathlib
import subprocess
import sys

import models
import shrink

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


def reference(work, seed, text):
    path, n = work / f"model{seed}.py", models.number(seed)
    path.write_text(text)
    more = ["--weighted"] if n % 3 == 0 else []
    return verify(path, n, f"--rows={models.rows(seed)}", f"--cpu={CPUS[n % 4]}", f"--train-steps={3 * (n % 7 < 2)}",
                  "--tolerance=3e-5", *more)


def failure(result):
    """What went wrong, without the place: how a smaller model must fail to be the same case."""
    return result.returncode, result.stderr.split("error: ")[-1].split("\n")[0]


def report(seed, text, result, judge):
    """The smallest script that judge(script) finds wrong in the same way, and what differs in it."""
    small = shrink.shrink(text, lambda script: failure(judge(script)) == failure(result))
    result = judge(small)
    differs = [line for line in result.stdout.splitlines() if "DIFFERS" in line]
    print(f"seed {seed}: exit code {result.returncode}", small, *differs, result.stderr, sep="\n", flush=True)


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
        for seed, result in zip(seeds, pool.map(lambda seed: reference(arguments.work, seed, models.script(seed)), seeds)):
            text = models.script(seed)
            # A row that is masked throughout has no mean, in Keras neither.
            if is_refused(result) or ("nan" in result.stdout and "mask_zero=True" in text and "GlobalAverage" in text):
                refused.append(seed)
            elif result.returncode:
                failed.append(seed)
                report(seed, text, result, lambda script: reference(arguments.work, seed, script))
    print(f"{len(seeds) - len(refused)} models against the reference, {len(failed)} differ: {failed}; "
          f"{len(refused)} refused")
    sys.exit(bool(failed) or len(refused) > len(seeds) // 10)


if __name__ == "__main__":
    main()
