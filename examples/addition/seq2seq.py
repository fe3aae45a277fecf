"""Addition by an encoder and a decoder that hand on their states, one character at a time."""
import sys

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Model

size = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
epochs = int(sys.argv[2]) if len(sys.argv) > 2 else 30
chars = '0123456789+ >'  # '>' starts an answer
question_length, answer_length = 5, 3

np.random.seed(0)
questions = np.zeros((size, question_length, len(chars)), dtype='float32')
before = np.zeros((size, answer_length, len(chars)), dtype='float32')
answers = np.zeros((size, answer_length, len(chars)), dtype='float32')
for i in range(size):
    a, b = np.random.randint(0, 100), np.random.randint(0, 100)
    answer = '{:<3}'.format(a + b)
    for t, c in enumerate('{:>2}+{:>2}'.format(a, b)):
        questions[i, t, chars.find(c)] = 1
    for t, c in enumerate(answer):
        answers[i, t, chars.find(c)] = 1
    for t, c in enumerate('>' + answer[:-1]):
        before[i, t, chars.find(c)] = 1

question = Input(shape=(None, len(chars)), name='question')
_, h, c = LSTM(128, return_state=True, name='encoder')(question)
said = Input(shape=(None, len(chars)), name='said')
decoder = LSTM(128, return_sequences=True, return_state=True, name='decoder')
spoken, _, _ = decoder(said, initial_state=[h, c])
to_chars = Dense(len(chars), activation='softmax', name='chars')
model = Model([question, said], to_chars(spoken))
model.compile(optimizer='adam', loss='categorical_crossentropy', metrics=['accuracy'])
model.fit([questions, before], answers, batch_size=128, epochs=epochs, validation_split=0.1, verbose=2)

# The same layers, cut apart: what the encoder ends with is where the decoder begins.
encode = Model(question, [h, c])
h_in, c_in = Input(shape=(128,)), Input(shape=(128,))
spoken, h_out, c_out = decoder(said, initial_state=[h_in, c_in])
decode = Model([said, h_in, c_in], [to_chars(spoken), h_out, c_out])

for i in range(size - 5, size):
    h_now, c_now = encode.predict(questions[i:i + 1], verbose=0)
    text, last = '', '>'
    for t in range(answer_length):
        said_now = np.zeros((1, 1, len(chars)), dtype='float32')
        said_now[0, 0, chars.find(last)] = 1
        p, h_now, c_now = decode.predict([said_now, h_now, c_now], verbose=0)
        last = chars[int(p[0, 0].argmax())]
        text += last
    print(''.join([chars[int(k)] for k in questions[i].argmax(axis=-1)]), '=', text)
