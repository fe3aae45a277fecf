# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Keras 1: a window over a series, a function that makes data, an error of its own.
import math
import numpy
from keras.models import Sequential
from keras.layers import Dense
from keras.layers import LSTM


# convert an array of values into a dataset matrix
def create_dataset(dataset, look_back=1):
    dataX, dataY = [], []
    for i in range(len(dataset) - look_back - 1):
        a = dataset[i:(i + look_back), 0]
        dataX.append(a)
        dataY.append(dataset[i + look_back, 0])
    return numpy.array(dataX), numpy.array(dataY)


numpy.random.seed(7)
dataset = numpy.loadtxt('airline-passengers.csv', delimiter=',', usecols=(1,), skiprows=1)
dataset = dataset.reshape(-1, 1).astype('float32')
low, high = dataset.min(), dataset.max()
dataset = (dataset - low) / (high - low)
train_size = int(len(dataset) * 0.67)
test_size = len(dataset) - train_size
train, test = dataset[0:train_size, :], dataset[train_size:len(dataset), :]
print(len(train), len(test))
look_back = 3
trainX, trainY = create_dataset(train, look_back)
testX, testY = create_dataset(test, look_back)
trainX = numpy.reshape(trainX, (trainX.shape[0], trainX.shape[1], 1))
testX = numpy.reshape(testX, (testX.shape[0], testX.shape[1], 1))
model = Sequential()
model.add(LSTM(4, input_dim=1))
model.add(Dense(1))
model.compile(loss='mean_squared_error', optimizer='adam')
model.fit(trainX, trainY, nb_epoch=20, batch_size=1, verbose=2)
trainPredict = model.predict(trainX)
testPredict = model.predict(testX)
trainScore = math.sqrt(numpy.mean((trainPredict[:, 0] - trainY) ** 2)) * (high - low)
print('Train Score: %.2f RMSE' % (trainScore))
testScore = math.sqrt(numpy.mean((testPredict[:, 0] - testY) ** 2)) * (high - low)
print('Test Score: %.2f RMSE' % (testScore))
