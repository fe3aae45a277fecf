# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# tensorflow.keras, as in tutorials: texts through a Tokenizer into an Embedding, the words of a file into a matrix.
import numpy as np
from tensorflow.keras.layers import Dense, Embedding, LSTM
from tensorflow.keras.models import Sequential
from tensorflow.keras.preprocessing.sequence import pad_sequences
from tensorflow.keras.preprocessing.text import Tokenizer

good = ['A wonderful film, I loved it!', 'Great acting and a great story', 'Loved the café scene: SUPERBE']
bad = ['Boring. I hated it', 'A terrible story, and terrible acting', 'The worst film of the year']
texts = (good + bad) * 4
labels = np.array(([1] * len(good) + [0] * len(bad)) * 4)

tokenizer = Tokenizer(num_words=30, oov_token='<OOV>')
tokenizer.fit_on_texts(texts)
word_index = tokenizer.word_index
print('Found %s unique tokens.' % len(word_index))
padded = pad_sequences(tokenizer.texts_to_sequences(texts), maxlen=8, padding='post')

model = Sequential([Embedding(30, 8), LSTM(8), Dense(1, activation='sigmoid')])
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
model.fit(padded, labels, epochs=3, verbose=0)
unseen = tokenizer.texts_to_sequences(['I loved the unseen story'])
print(tokenizer.sequences_to_texts(unseen), model.predict(pad_sequences(unseen, maxlen=8), verbose=0).shape)

with open('nietzsche.txt') as file:
    text = file.read()
characters = Tokenizer(char_level=True)
characters.fit_on_texts(text)
print(characters.document_count == len(text), len(characters.word_index))
bags = tokenizer.texts_to_matrix(texts, mode='tfidf')
print(bags.shape, bool(np.all(bags >= 0)))
