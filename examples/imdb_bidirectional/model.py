"""Film reviews read from both ends; padding is masked."""
import sys

from keras import Input, Model
from keras.datasets import imdb
from keras.layers import LSTM, Bidirectional, Dense, Dropout, Embedding
from keras.preprocessing.sequence import pad_sequences

epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 2

(x_train, y_train), (x_test, y_test) = imdb.load_data(num_words=10000)
x_train = pad_sequences(x_train, maxlen=80)
x_test = pad_sequences(x_test, maxlen=80)

words = Input(shape=(None,), dtype='int32', name='words')
x = Embedding(10000, 64, mask_zero=True)(words)
x = Bidirectional(LSTM(32, return_sequences=True))(x)
x = Bidirectional(LSTM(32))(x)
x = Dropout(0.3)(x)
good = Dense(1, activation='sigmoid', name='good')(x)
model = Model(words, good)
model.compile('adam', 'binary_crossentropy', metrics=['accuracy'])
model.summary()

model.fit(x_train, y_train, epochs=epochs, validation_data=(x_test, y_test))
