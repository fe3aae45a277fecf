# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Expected output beside: what CPython prints.
print(1 + 2 * 3, 7 // 2, -7 // 2, -7 % 3, 7 / 2, 2 ** 10, 2 ** -1, 1e16, 1e-5, 123456789.0, 0.1 + 0.2, 1e22, float('inf'), -0.0)
print(7.5 // 2, -7.5 // 2, -7.5 % 2, 5 % -3, 1 < 2 < 3, 1 < 2 > 5, not 1, [] or 'x', 0 and 5, 3 if 0 else 4)
print([1, 2.0, 'a', None, True], (1,), (), {}, {'a': 1, 'b': [1, 2]}, {1, 2}, "it's", ["it's", 'a\nb', "q\"'"])
a, (b, c), *d = 1, (2, 3), 4, 5
print(a, b, c, d)
s = 'hello world'
print(s[0], s[-1], s[1:4], s[::-1], s[::2], len(s), s.upper(), s.split(), s.split('o'), '-'.join(['a', 'b']), s.replace('o', '0'))
print('%d %5d %-5d| %05d %+d %s %r %.3f %e %g %x %%' % (1, 2, 3, 4, 5, 'a', 'b', 3.14159, 12345.678, 0.0001, 255))
print('{} {0}'.format(1) if False else '{0} {1} {0}'.format(1, 2), '{:>8}|{:<8}|{:^8}|{:08.3f}|{:,}|{:+d}|{:e}'.format('a', 'b', 'c', 3.14159, 1234567, 5, 1234.5))
x = 3.14159
n = 'v'
print(f'{x:.2f} {x!r} {n:>5} {x:{8}.{3}f} {{}} {n!r} {x=} {1 + 1 = }')
print([i * j for i in range(3) for j in range(3) if i != j], {k: v for k, v in zip('ab', [1, 2])}, sum(i for i in range(5)))
for i, (p, q) in enumerate([(1, 2), (3, 4)], 1):
    print(i, p, q)
else:
    print('done')
def f(a, b=2, *args, c=3, **kw):
    return a, b, args, c, kw
print(f(1), f(1, 5, 6, 7, c=8, z=9), f(*[1, 2], **{'c': 4}))
print(sorted([3, 1, 2], reverse=True), sorted('banana'), sorted([('b', 1), ('a', 2)]), sorted([1, -2, 3], key=lambda v: -v), min(3, 1), max([1, 5, 2]), max('abc', 'b', key=len), abs(-3), round(2.5), round(3.5), round(2.675, 2), round(1234, -2))
print(int('12'), int(3.9), int(-3.9), float('1.5'), str(1.0), bool([]), list('abc'), tuple([1]), set([1, 1]), dict(a=1), list(range(10, 0, -3)), range(3))
w = 0
while w < 5:
    w += 1
    if w == 2: continue
    if w == 4: break
print(w)
d = {}
d['x'] = 1
d['y'] = d.get('z', 5)
print(d, 'x' in d, 'q' not in d, list(d.items()), list(d.keys()))
l = [1, 2]
m = l
l += [3]
print(m, l.index(2), l.count(1), l * 2, [0] * 3, 'ab' * 2)
print("multi " "part", r'\n', '\x41\u00e9', """tri
ple""", len('é'), 'é'[0], 'é' * 2)
print(1 == 1.0, 'a' < 'b', [1, 2] < [1, 3], None is None, 3 in [1, 2, 3], 'll' in 'hello')
print(0x10, 0b11, 0o17, 1_000, 1., .5, 1e3, 10 ** 15 * 1.0, 1e15, 1e17)
print(divmod(7, 2), pow(2, 3), ord('a'), chr(97), any([0, 1]), all([1, 0]), list(reversed([1, 2])), list(map(lambda v: v + 1, [1, 2])), list(filter(None, [0, 1])))
print('%s' % [1, 2], '%s %s' % ('a', (1, 2)), '%(a)d' % {'a': 3}, '%5.1f|%-8s|' % (2.25, 'ab'), '%c' % 65, '%i' % 3.7)
print('a', 'b', sep='-', end='!\n')
print({'a': 1} == {'a': 1.0}, (1, 2) + (3,), 5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 4, 256 >> 2, True + True)
print('{:.3} {:.1%} {:g} {!r} {:10.4}|{:.0f}'.format(1234.5678, 0.1234, 1e10, 'x', 3.14159, 2.5))
print(1e100, 1.5e-7, 100000000000000000.0, 12345678901234567.0, 5e-324, 1/3)
print('abc'.find('c'), 'a,b,,c'.split(','), '  x '.strip() + '|', 'x'.zfill(3), 'Abc'.lower(), 'abc'.startswith('ab'), 'ab'.ljust(4) + '|')
