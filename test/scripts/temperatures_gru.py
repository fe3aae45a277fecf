# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Keras 3: windows of a daily series by list comprehensions; stacked GRUs in a function under __main__.
import keras
import numpy as np
from keras import layers


def windows(series, width, ahead=1):
    x = np.array([series[i:i + width] for i in range(len(series) - width - ahead + 1)])
    y = series[width + ahead - 1:]
    return x[..., np.newaxis], y


def make_model(width, units=(12, 8)):
    inputs = keras.Input(shape=(width, 1), name="days")
    x = inputs
    for i, n in enumerate(units):
        x = layers.GRU(n, return_sequences=i < len(units) - 1, name=f"gru_{i}")(x)
    x = layers.LayerNormalization()(x)
    return keras.Model(inputs, layers.Dense(1, name="tomorrow")(x), name="temperatures")


if __name__ == "__main__":
    keras.utils.set_random_seed(3)
    with open("daily-min-temperatures.csv") as file:
        lines = file.read().splitlines()[1:]
    values = np.array([float(line.split(",")[1].replace('"', "")) for line in lines if line], dtype="float32")
    values = (values - np.mean(values)) / np.std(values)
    x, y = windows(values[:600], 7)
    cut = -len(x) // 5
    model = make_model(7)
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=3e-3), loss="mean_squared_error",
                  metrics=[keras.metrics.MeanAbsoluteError()])
    model.fit(x[:cut], y[:cut], epochs=3, batch_size=32, shuffle=False, verbose=2)
    error = model.evaluate(x[cut:], y[cut:], verbose=0, return_dict=True)
    print({name: round(float(value), 1) >= 0 for name, value in sorted(error.items())})
    print(model.get_layer("tomorrow").name, model.output_shape, model.count_params())
