# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Expected output beside: what CPython prints.
"""Functions, scopes and control flow."""
from __future__ import print_function
import math
import sys


def outer(n):
    def inner(k=2):
        return n * k
    return inner, lambda v: v + n


double, shift = outer(5)
print(double(), double(3), shift(1))


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


print([fib(i) for i in range(12)])


def nothing():
    pass


print(nothing())
total = 0
for i in range(10):
    if i % 2:
        continue
    if i > 6:
        break
    total += i
else:
    print('never')
print(total)
rows = [[1, 2], [3, 4]]
for (a, b) in rows:
    print(a * b, end=' ')
print()
words = {}
for word in 'the cat and the dog and the bird'.split():
    words[word] = words.get(word, 0) + 1
print(sorted(words.items(), key=lambda item: (-item[1], item[0])))
print([x for row in rows for x in row if x > 1], {len(w) for w in ['a', 'b']}, {w: len(w) for w in ['aa', 'b']})
x = 10
squares = [x * x for x in range(3)]
print(x, squares)
value = 3 \
    + 4
print(value, math.sqrt(16), math.floor(-1.5), math.ceil(1.2), math.pi, len(sys.argv) > 0)
first, *rest = 'abc'
print(first, rest)
(p, q), [r, s] = (1, 2), [3, 4]
print(p, q, r, s)
p, q = q, p
print(p, q)
matrix = [[0] * 3 for _ in range(2)]
matrix[1][2] = 7
print(matrix)
stack = [3, 1, 2]
stack.sort()
stack.append(9)
stack.insert(0, 8)
print(stack, stack.pop(), stack.pop(0), stack)
print(list(zip([1, 2, 3], 'ab')), list(enumerate('xy', start=1)), list(map(str, [1, 2])))
c = 1; d = 2
print(c, d)
if __name__ == "__main__":
    print('main')
print('%-10s|%8.3f|%3d%%' % ('name', 2.5, 50), 'tail')
nested = {'a': [1, (2, 3)], 'b': {'c': None}}
print(nested, nested['a'][1][0], nested['b'])
print(not None, bool('a'), 1 and 2, 0 or [], None or 'default')
print(f"{'nested'!r:>10}|{3.0}|{[1, 2][0]}|{words['the']:03d}")
a: int = 5
print(a)
assert a == 5, 'five'
while a:
    a -= 2
    if a < 0:
        break
else:
    print('not here')
print(a, -a // 2, a ** 2, (-8) % 3, 1_0 + 0xff)
