"""Text made character by character by an LSTM that has read a rhyme."""
import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

text = """the rain fell down on the old town wall,
the old town wall let the rain drops fall,
and the drops that fell made a song so small
that the small wet town heard no song at all. """ * 8

chars = sorted(set(text))
index = {c: i for i, c in enumerate(chars)}
length, step = 24, 3
starts = range(0, len(text) - length, step)
x = np.zeros((len(starts), length, len(chars)))
y = np.zeros((len(starts), len(chars)))
for i, start in enumerate(starts):
    for t, c in enumerate(text[start:start + length]):
        x[i, t, index[c]] = 1
    y[i, index[text[start + length]]] = 1

model = Sequential()
model.add(Input(shape=(length, len(chars))))
model.add(LSTM(96))
model.add(Dense(len(chars), activation='softmax'))
model.compile(loss='categorical_crossentropy', optimizer='adam')
model.fit(x, y, batch_size=16, epochs=60, verbose=2)

sentence = text[:length]
print(sentence, end='')
for _ in range(120):
    window = np.zeros((1, length, len(chars)))
    for t, c in enumerate(sentence):
        window[0, t, index[c]] = 1
    following = chars[int(np.argmax(model.predict(window, verbose=0)[0]))]
    sentence = sentence[1:] + following
    print(following, end='')
print()
