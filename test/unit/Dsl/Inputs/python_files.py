# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Reads itself: line 2 of 28.
import random
import sys

import numpy as np

with open(sys.argv[0]) as f:
    text = f.read()
print(len(text.splitlines()), repr(text.splitlines()[0]), text[:3].splitlines(True))
print("a\r\nb\n\nc".splitlines(), "x\n".splitlines(keepends=True), "".splitlines())

file = open(sys.argv[0], 'r', encoding='utf-8')
print(repr(file.read(7)), repr(file.readline()), len(file.readlines()), repr(file.readline()))
file.close()
print([len(line) for line in open(sys.argv[0])][:4])

table = np.zeros((3, 4))
table[1, [0, 2]] = 7
table[2, np.array([1, 1, 3])] = [4, 5, 6]
print(table, table[1, [2, 3]])

letters = ['a', 'b', 'c']
random.shuffle(letters)
print(sorted(letters), random.choice('x'), random.randint(3, 3), 0 <= random.random() < 1, random.uniform(2, 2))
print(np.random.choice(3, p=np.array([0, 1, 0], dtype='float32') * np.float32(1.0001)))
sys.stdout.write('written\n')
sys.stdout.flush()
