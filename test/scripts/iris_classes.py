# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Keras 2: a table with words, read line by line; classes by a dict and a set.
import numpy as np
from keras.layers import Dense
from keras.models import Sequential
from keras.utils import to_categorical

rows, names = [], []
with open('iris.csv') as f:
    for line in f:
        parts = line.strip().split(',')
        if len(parts) == 5:
            rows.append([float(value) for value in parts[:4]])
            names.append(parts[4])
classes = sorted(set(names))
index = {name: i for i, name in enumerate(classes)}
x = np.array(rows, dtype='float32')
y = to_categorical([index[name] for name in names], num_classes=len(classes))
order = np.arange(len(x))
np.random.shuffle(order)
x, y = x[order], y[order]
split = int(0.8 * len(x))

model = Sequential([Dense(10, activation='tanh', input_shape=(4,)), Dense(len(classes), activation='softmax')])
model.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['accuracy'])
for round_ in range(3):
    model.fit(x[:split], y[:split], epochs=5, batch_size=5, verbose=0)
    loss, accuracy = model.evaluate(x[split:], y[split:], verbose=0)
    print(f'after {5 * (round_ + 1)} epochs: {accuracy:.2%}' if accuracy >= 0 else 'no')
guess = np.argmax(model.predict(x[split:], verbose=0), axis=1)
truth = y[split:].argmax(axis=1)
confusion = np.zeros((len(classes), len(classes)), dtype=int)
for t, g in zip(truth, guess):
    confusion[t, g] += 1
print(classes)
print(confusion.sum(), confusion.shape)
