import numpy as np
from keras.models import Sequential
from keras.layers import Dense

# Make data
X_train = np.random.random((1000, 100))
y_train = np.random.randint(2, size=(1000, 1))
X_test = np.random.random((200, 100))
y_test = np.random.randint(2, size=(200, 1))
new_data = np.random.random((10, 100))

model = Sequential()
model.add(Dense(64, activation='relu', input_dim=100))
model.add(Dense(1, activation='sigmoid'))
model.compile(optimizer='adam',
              loss='binary_crossentropy',
              metrics=['accuracy'])
model.fit(X_train, y_train, epochs=10, batch_size=32)
model.evaluate(X_test, y_test, batch_size=64)
model.predict(new_data, batch_size=64)
