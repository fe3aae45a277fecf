"""Monthly airline passengers, one month at a time: a stateful LSTM that keeps what it has seen."""
import sys

import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential

epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 100

months = np.arange(144)
# Growth and season as in the airline series of Box and Jenkins (1976), series G.
passengers = (110 + 2.6 * months) * (1 + 0.15 * np.sin(2 * np.pi * (months - 3) / 12))
scaled = ((passengers - passengers.min()) / (passengers.max() - passengers.min())).astype('float32')
x = scaled[:-1].reshape(-1, 1, 1)
y = scaled[1:].reshape(-1, 1)

model = Sequential()
model.add(LSTM(8, batch_input_shape=(1, 1, 1), stateful=True))
model.add(Dense(1))
model.compile(loss='mean_squared_error', optimizer='adam')
for epoch in range(epochs):
    model.fit(x[:100], y[:100], epochs=1, batch_size=1, verbose=2, shuffle=False)
    model.reset_states()

forecast = model.predict(x, batch_size=1, verbose=0)
error = float(np.sqrt(np.mean((forecast[100:] - y[100:]) ** 2)))
print('error of the last {} months: {:.4f}'.format(len(y) - 100, error))
for value in forecast[-3:]:
    print('{:.4f}'.format(float(value[0])))
