# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# What models that share layers do to each other, in compiled code.
import numpy as np
from keras.models import Model, Sequential
from keras.layers import Dense, Input

def far(a, b):
    return float(np.abs(a - b).max()) > 1e-5

rows = np.random.random((20, 3))
x = Input(shape=(3,))
code = Dense(2, activation='tanh', name='code')(x)
autoencoder = Model(x, Dense(3, name='back')(code))
encoder = Model(x, code)
before = encoder.predict(rows, verbose=0)
autoencoder.compile('adam', 'mse')
autoencoder.fit(rows, rows, epochs=3, verbose=0)
after = encoder.predict(rows, verbose=0)
kernel, bias = autoencoder.get_layer('code').get_weights()
print('trained through the other:', far(before, after))
print('computes with its weights:', not far(after, np.tanh((rows[:, :, np.newaxis] * kernel).sum(axis=1) + bias)))

decoder = Model(code, autoencoder.output)
print('together again:', not far(decoder.predict(after, verbose=0), autoencoder.predict(rows, verbose=0)))
encoder.set_weights([kernel * 0, bias * 0])
print('set through the other:', not far(autoencoder.predict(rows, verbose=0), autoencoder.get_weights()[3]))

encoder.trainable = False
top = Sequential([encoder, Dense(1)])
top.compile('sgd', 'mse')
history = top.fit(rows, rows[:, 0], epochs=2, verbose=0)
print('frozen:', not far(encoder.get_weights()[0], kernel * 0), not far(encoder.predict(rows, verbose=0), after * 0))
print('the rest is not:', far(top.layers[1].get_weights()[1], np.zeros(1)))

flag, value = Dense(1, activation='sigmoid', name='flag')(code), Dense(2, name='value')(code)
both = Model(x, [flag, value])
both.compile('sgd', ['binary_crossentropy', 'mse'], loss_weights=[1, 0.5], metrics={'flag': ['accuracy'], 'value': ['mae']})
targets = [rows[:, 0] > 0.5, rows[:, 1:]]
history = both.fit(rows, targets, epochs=1, verbose=0, shuffle=False)
print(list(history.history))
logs = both.evaluate(rows, targets, verbose=0, return_dict=True)
print(list(logs), abs(logs['flag_loss'] + 0.5 * logs['value_loss'] - logs['loss']) < 1e-6)
