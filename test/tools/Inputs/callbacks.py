# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Callbacks and the arguments of fit around them; what Keras prints for this script is in callbacks.txt.
import keras
import numpy as np
from keras import callbacks
from keras.layers import Dense, Input

x = np.arange(24, dtype='float32').reshape(12, 2) / 10
y = x[:, :1] * 0.3

def make(rate, metrics=['mae']):
    model = keras.Sequential([Input((2,)), Dense(1, use_bias=False, kernel_initializer='ones')])
    model.compile(keras.optimizers.SGD(rate), 'mse', metrics=metrics)
    return model

def show(history):
    print(history.epoch)
    for name in history.history:
        print(name, ' '.join(['%.5g' % value for value in history.history[name]]))

print('## a rate that a callback set is kept by later fits, larger batches and files')
model = make(0.01)
model.fit(x, y, epochs=2, batch_size=2, shuffle=False, verbose=0,
          callbacks=[callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5, verbose=1)])
model.save('saved.keras')
plateau = callbacks.ReduceLROnPlateau('loss', factor=0.1, patience=1, min_delta=1, min_lr=1e-4, cooldown=1, verbose=1)
show(model.fit(x, y, epochs=5, batch_size=12, shuffle=False, verbose=0, callbacks=[plateau]))
show(keras.models.load_model('saved.keras').fit(x, y, shuffle=False, verbose=0,
                                                callbacks=[callbacks.ReduceLROnPlateau('loss')]))

print('## early stopping')
stop = callbacks.EarlyStopping('val_mae', patience=1, verbose=1, restore_best_weights=True)
model = make(0.4)
show(model.fit(x, y, epochs=9, initial_epoch=3, validation_split=0.25, shuffle=False, verbose=0, callbacks=[stop]))
print('%.5f %.5f' % tuple(model.get_weights()[0][:, 0]))
stop = callbacks.EarlyStopping('loss', patience=1, mode='max', baseline=100., start_from_epoch=1)
show(make(0.01).fit(x, y, epochs=6, verbose=0, callbacks=stop))

print('## steps and validation')
show(make(0.01).fit(x, y, batch_size=2, epochs=4, steps_per_epoch=4, shuffle=False, verbose=0,
                    validation_data=(x, y), validation_steps=1, validation_freq=2))
log = callbacks.CSVLogger('log.csv', separator=';')
history = callbacks.History()
make(0.01).fit(x, y, epochs=3, validation_split=0.5, validation_freq=[2], verbose=0, callbacks=[log, history])
show(history)

print('## checkpoints')
save = callbacks.ModelCheckpoint('deep/e{epoch:02d}-b{batch}-{loss:.2f}.weights.h5', save_weights_only=True, save_freq=4,
                                 verbose=1)
make(0.01).fit(x, y, batch_size=2, epochs=2, shuffle=False, verbose=0, callbacks=[save])
save = callbacks.ModelCheckpoint('best.keras', monitor='mae', save_best_only=True, verbose=1,
                                 initial_value_threshold=1.4)
model = make(0.05)
model.fit(x, y, epochs=3, shuffle=False, verbose=0, callbacks=[save])
best = keras.models.load_model('best.keras')
print('%.5f' % best.evaluate(x, y, verbose=0)[1])

print('## no numbers')
show(make(1e30).fit(x, y, batch_size=2, epochs=3, shuffle=False, verbose=0, callbacks=[callbacks.TerminateOnNaN()]))
