# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Expected output beside: what CPython prints.
import numpy as np
np.random.seed(42)
print(np.random.rand(3), np.random.randn(2), np.random.randint(0, 100, 5), np.random.random((2, 2)))
print(np.random.rand(), np.random.randint(10), np.random.uniform(-1, 1, 3), np.random.permutation(5), np.random.choice(5, 3))
a = np.arange(12).reshape(3, 4)
print(a, a.shape, len(a), a[1], a[1, 2], a[:, 0], a[1:, ::2], a[-1], a.T, a.dtype)
print(a * 2 + 1, a / 2, a > 5, a % 3, a // 2, -a, a == 3, a ** 2)
b = np.zeros((2, 3), dtype='float32')
b[0, 1] = 0.1
b[1] = [1, 2, 3]
row = b[0]
row[2] = 7
print(b, b.sum(), b.mean(axis=0), b.max(), b.argmax(axis=1), b.dtype)
print(np.array([1.5, 2, 3]), np.array([0.1, 1000.5, 1e-3]), np.array([1e-5, 1.0]), np.array([1e10, 1.0]), np.array([True, False]))
print(np.array([[0.12345678901, 1], [2, 3]], dtype=np.float32), np.array([1/3, 2/3]), np.array([np.nan, 1, np.inf]), np.array([-1.0, 2]))
print(np.arange(100), np.arange(2000), np.zeros((50, 50)))
print(np.linspace(0, 1, 5), np.ones(3), np.full((2,), 7), np.eye(2), np.concatenate([[1, 2], [3]]), np.arange(0, 1, 0.25))
x = np.sin(np.arange(0, 5) * 0.3).astype('float32')
print(x, x[0], x[1], repr(x), [x[1]], x.tolist(), float(x[1]), '%.4f' % x[1], f'{x[1]:.3f}', str(x[1]))
print(repr(a), repr(np.array([1.0])), repr(np.zeros((2, 2), 'float32')), [np.int64(3), np.float64(0.5)])
print(np.array(x)[..., np.newaxis].shape, np.expand_dims(x, 0).shape, a[[0, 2]], a[a > 5], np.round(x, 2), np.argmin(x), int(np.argmax(x)))
print(a.reshape(-1), a.flatten().shape, a.astype('float32') / 3, np.array([1, 2]) + np.array([0.5, 1]), np.array([1, 2]) < 2)
a += 1
print(a, a[0, 0] + 1, a[0].sum(), (a > 3).sum(), np.mean([1, 2, 3]), np.std(np.array([1, 2, 3.5])), np.max(a), np.abs(np.array([-1, 2])))
for r in a[:2]:
    print(r, r[0])
print(np.random.normal(0, 1, (2, 2)), np.unique(np.array([3, 1, 1])), np.where(np.array([1, 0]) > 0, 1.0, 2.0), np.array(5), np.array([]))
l = [1, 2, 3, 4]
np.random.seed(1); np.random.shuffle(l); print(l)
print(np.array([[1e-8, 123456.789], [1, 2]]), np.float32(0.1), np.float32(3) * 2, np.float64(1) / 3, np.float32(1e-7), np.float32(16777216), np.array([1e6, 1], 'float32'))
print(np.arange(30) * 1.5, np.array([[1.25, 2.5]] * 3), np.random.rand(3, 4, 2))
