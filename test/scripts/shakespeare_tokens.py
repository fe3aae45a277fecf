# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Keras 3: characters as tokens, an Embedding, a loss at every step, text from the last one; saved and loaded.
import keras
import numpy as np
from keras import layers

with open('tinyshakespeare.txt') as file:
    text = file.read()[:6000]
vocabulary = sorted(set(text))
ids = {c: i for i, c in enumerate(vocabulary)}
encoded = np.array([ids[c] for c in text])
length = 16
count = (len(encoded) - 1) // length
x = encoded[:count * length].reshape(count, length)
y = encoded[1:count * length + 1].reshape(count, length)

model = keras.Sequential([
    keras.Input(shape=(None,), dtype='int32'),
    layers.Embedding(len(vocabulary), 16),
    layers.LSTM(48, return_sequences=True),
    layers.TimeDistributed(layers.Dense(len(vocabulary))),
])
model.compile(optimizer='adam', loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=['accuracy'])
for epoch in range(2):
    history = model.fit(x, y, batch_size=16, epochs=1, verbose=0)
    print('epoch %d: %.2f' % (epoch + 1, history.history['loss'][-1]))
model.save('shakespeare.keras')
again = keras.models.load_model('shakespeare.keras')

line = text[:length]
while len(line) < 2 * length:
    logits = again.predict(np.array([[ids[c] for c in line[-length:]]]), verbose=0)[0, -1]
    weights = np.exp(logits - logits.max())
    line += vocabulary[int(np.random.choice(len(vocabulary), p=weights / weights.sum()))]
print(len(line), repr(line[:length]))
