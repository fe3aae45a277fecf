"""Two inputs and two outputs: a sequence and a table row in, a class and a number out."""
import numpy as np
from keras import Input, Model
from keras.layers import GRU, Concatenate, Dense

np.random.seed(1)
readings = np.random.rand(600, 12, 3)
settings = np.random.rand(600, 4)
# A machine is worn when the last readings are high; its remaining life falls with load and wear.
wear = readings[:, 8:, 0].mean(axis=1)
worn = (wear > 0.5).astype('float32')
life = 1 - 0.5 * wear - 0.5 * settings[:, 1]

series = Input(shape=(12, 3), name='readings')
row = Input(shape=(4,), name='settings')
x = GRU(16)(series)
x = Concatenate()([x, row])
x = Dense(16, activation='relu')(x)
worn_out = Dense(1, activation='sigmoid', name='worn')(x)
life_out = Dense(1, name='life')(x)

model = Model(inputs=[series, row], outputs=[worn_out, life_out])
model.compile(optimizer='adam', loss=['binary_crossentropy', 'mse'], loss_weights=[1.0, 5.0],
              metrics=[['accuracy'], ['mae']])
model.fit([readings[:500], settings[:500]], [worn[:500], life[:500]], epochs=10, batch_size=16, verbose=2)
results = model.evaluate([readings[500:], settings[500:]], [worn[500:], life[500:]], verbose=0, return_dict=True)
print('accuracy of worn: {:.3f}, error of life: {:.3f}'.format(results['worn_accuracy'], results['life_mae']))
