"""Addition learnt from digits by an encoder and a decoder: '17+ 5' -> '22 '."""
import sys

import numpy as np
from keras.layers import LSTM, Dense, Input, RepeatVector, TimeDistributed
from keras.models import Sequential

size = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
epochs = int(sys.argv[2]) if len(sys.argv) > 2 else 30
digits, chars = 2, '0123456789+ '
question_length, answer_length = 2 * digits + 1, digits + 1

np.random.seed(0)
x = np.zeros((size, question_length, len(chars)))
y = np.zeros((size, answer_length, len(chars)))
for i in range(size):
    a, b = np.random.randint(0, 100), np.random.randint(0, 100)
    question = '{:>2}+{:>2}'.format(a, b)
    answer = '{:<3}'.format(a + b)
    for t, c in enumerate(question):
        x[i, t, chars.find(c)] = 1
    for t, c in enumerate(answer):
        y[i, t, chars.find(c)] = 1

model = Sequential()
model.add(Input((question_length, len(chars))))
model.add(LSTM(128))
model.add(RepeatVector(answer_length))
model.add(LSTM(128, return_sequences=True))
model.add(TimeDistributed(Dense(len(chars), activation='softmax')))
model.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['accuracy'])
model.fit(x, y, batch_size=128, epochs=epochs, validation_split=0.1, verbose=2)

guesses = model.predict(x[-5:], verbose=0).argmax(axis=-1)
for i in range(5):
    question = ''.join([chars[int(k)] for k in x[size - 5 + i].argmax(axis=-1)])
    guess = ''.join([chars[int(k)] for k in guesses[i]])
    print(question, '=', guess)
