# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
from keras import initializers, optimizers
from keras.layers import *
from keras.models import Sequential

model = Sequential([
    Input((9,)),
    Embedding(3, 11, embeddings_initializer=initializers.RandomUniform(-1.0, 1.0), embeddings_constraint='non_neg'),
    TimeDistributed(PReLU(shared_axes=[1], alpha_initializer='random_normal')),
    Dense(5, activation='linear'),
])
rate = optimizers.schedules.PolynomialDecay(0.01, 2, cycle=True)
model.compile(loss=['log_cosh'], optimizer=optimizers.Nadam(learning_rate=rate, epsilon=0.1, clipvalue=0.1))
