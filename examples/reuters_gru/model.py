"""Topics of Reuters newswires with a GRU: 46 classes, masked padding."""
import sys

from keras.datasets import reuters
from keras.layers import GRU, Dense, Embedding
from keras.models import Sequential
from keras.preprocessing.sequence import pad_sequences

epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 10

(x_train, y_train), (x_test, y_test) = reuters.load_data(num_words=5000, test_split=0.2)
x_train = pad_sequences(x_train, maxlen=100)
x_test = pad_sequences(x_test, maxlen=100)
print(len(x_train), 'train sequences,', len(x_test), 'test sequences')

model = Sequential()
model.add(Embedding(5000, 64, mask_zero=True))
model.add(GRU(64, dropout=0.2))
model.add(Dense(46, activation='softmax'))
model.compile(loss='sparse_categorical_crossentropy', optimizer='adam', metrics=['accuracy'])

history = model.fit(x_train, y_train, batch_size=32, epochs=epochs, validation_split=0.1)
score, accuracy = model.evaluate(x_test, y_test)
print(f'Test accuracy: {accuracy:.4f}')
