// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Models in scripts: what reaches the engine, what scripts get back, and which model a script is
// about.
#include "test/unit/Dsl/ScriptRunner.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace keratin::test {
namespace {

constexpr const char *head = R"(import numpy as np
from keras.models import Sequential
from keras.layers import Dense, Embedding, LSTM, Dropout, Input
)";

std::string withHead(const std::string &rest) { return head + rest; }

constexpr const char *introductory = R"(X_train = np.random.random((1000, 100))
y_train = np.random.randint(2, size=(1000, 1))
X_test = np.random.random((100, 100))
y_test = np.random.randint(2, size=(100, 1))
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
)";

TEST(Model, introductory_example_reaches_the_engine) {
  Outcome outcome = runSource(withHead(introductory));
  ASSERT_EQ(outcome.error, "");
  ASSERT_EQ(outcome.log.fits.size(), 1u);
  EXPECT_EQ(outcome.log.fits[0].epochs, 10);
  EXPECT_EQ(outcome.log.fits[0].batchSize, 32);
  EXPECT_EQ(outcome.log.fits[0].x.at(0).shape, (Shape{1000, 100}));
  ASSERT_EQ(outcome.log.evaluations.size(), 1u);
  EXPECT_EQ(outcome.log.evaluations[0].batchSize, 64);
  ASSERT_EQ(outcome.log.predictions.size(), 1u);
  ASSERT_TRUE(outcome.model);
  EXPECT_EQ(outcome.model->weights().size(), 4u);
  EXPECT_EQ(outcome.model->weights()[0]->value.shape, (Shape{100, 64}));
}

TEST(Model, fit_passes_every_argument_on) {
  Outcome outcome = runSource(withHead(R"(x = np.zeros((6, 3)); y = np.zeros((6, 1))
m = Sequential([Input((3,)), Dense(1)])
m.compile('sgd', 'mse')
h = m.fit(x, y, 2, nb_epoch=3, verbose=2, validation_split=0.5, shuffle=False, class_weight={0: 1, 1: 2.5},
          initial_epoch=1, validation_batch_size=4)
m.fit(x, y, validation_data=(x, y, np.ones(6)), sample_weight=np.ones(6))
print(h.history, h.epoch, h.params)
)"));
  ASSERT_EQ(outcome.error, "");
  const FitArguments &fit = outcome.log.fits.at(0);
  EXPECT_EQ(fit.batchSize, 2);
  EXPECT_EQ(fit.epochs, 3);
  EXPECT_EQ(fit.initialEpoch, 1);
  EXPECT_EQ(fit.verbose, 2);
  EXPECT_EQ(fit.validationSplit, 0.5);
  EXPECT_EQ(fit.validationBatchSize, 4);
  EXPECT_FALSE(fit.shuffle);
  EXPECT_EQ(fit.classWeight, (std::vector<std::pair<int64_t, double>>{{0, 1}, {1, 2.5}}));
  EXPECT_EQ(outcome.log.fits.at(1).validationX.size(), 1u);
  EXPECT_EQ(outcome.log.fits.at(1).validationSampleWeights.size(), 1u);
  EXPECT_EQ(outcome.log.fits.at(1).sampleWeights.size(), 1u);
  EXPECT_EQ(outcome.out, "{'accuracy': [0.5, 0.75], 'loss': [0.5, 0.25]} [1, 2] "
                         "{'verbose': 2, 'epochs': 3, 'steps': 2}\n");
}

TEST(Model, evaluate_and_predict_give_what_keras_gives) {
  Outcome outcome = runSource(withHead(R"(x = np.zeros((2, 3)); y = np.zeros((2, 1))
m = Sequential([Input((3,)), Dense(2)])
m.compile('sgd', 'mse')
print(m.evaluate(x, np.zeros((2, 2)), return_dict=True), m.evaluate(x, np.zeros((2, 2))))
m.compile('sgd', 'mse', metrics=['mae'])
loss, mae = m.evaluate(x, np.zeros((2, 2)))
p = m.predict(x)
print(loss, mae, p, p.dtype, p[1][0], p[1, 1] > 0.5, [p[0, 1]])
)"));
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.out, "{'loss': 0.5} 0.5\n0.5 0.75 [[0.   0.25]\n [0.5  0.75]] float32 0.5 True "
                         "[np.float32(0.25)]\n");
}

TEST(Model, sequential_is_built_from_the_first_data) {
  Outcome outcome = runSource(withHead(R"(m = Sequential([Embedding(9, 4), LSTM(3), Dense(1)])
m.compile('adam', 'mse')
m.fit(np.zeros((5, 7), dtype='int32'), np.zeros(5))
print(m.count_params(), [l.name for l in m.layers])
)"));
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.out, "136 ['embedding', 'lstm', 'dense']\n");
}

TEST(Model, weights_survive_a_second_compile) {
  Outcome outcome = runSource(withHead(R"(m = Sequential([Input((2,)), Dense(1)])
m.compile('sgd', 'mse')
m.fit(np.zeros((2, 2)), np.zeros(2))
m.set_weights([np.array([[1], [2]]), np.array([3])])
m.compile('adam', 'mse')
m.fit(np.zeros((2, 2)), np.zeros(2))
print(m.get_weights()[0].tolist(), m.layers[0].get_weights()[1])
)"));
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.out, "[[2.0], [3.0]] [4.]\n");
}

TEST(Model, seeds_reach_the_engine) {
  ScriptOptions options;
  options.run.seed = 11;
  const char *script = "m = Sequential([Input((2,)), Dense(1)])\nm.compile('sgd', "
                       "'mse')\nm.predict(np.zeros((1, 2)))\n";
  EXPECT_EQ(runSource(withHead(script), options).log.seeds, (std::vector<uint64_t>{11}));
  EXPECT_EQ(
      runSource(withHead("import keras\nkeras.utils.set_random_seed(5)\n" + std::string(script)),
                options)
          .log.seeds,
      (std::vector<uint64_t>{5}));
}

TEST(Model, old_and_new_module_names_mean_the_same) {
  for (const char *import :
       {"from keras.layers import LSTM", "from keras.layers.recurrent import LSTM",
        "from tensorflow.keras.layers import LSTM",
        "from tensorflow.python.keras.layers import LSTM",
        "import keras.layers as L; LSTM = L.LSTM",
        "import tensorflow as tf; LSTM = tf.keras.layers.LSTM",
        "import tensorflow.keras as k; LSTM = k.layers.LSTM",
        "from keras import layers; LSTM = layers.LSTM", "from keras.layers import *"})
    EXPECT_EQ(runSource(std::string(import) + "\nprint(LSTM(3).name)\n").out, "lstm\n") << import;
}

TEST(Spec, takes_the_shape_from_the_first_use) {
  SpecOutcome outcome =
      specOfSource(withHead(R"(m = Sequential([Embedding(9, 4), LSTM(3), Dense(1)])
m.compile('adam', 'mse')
h = m.fit(np.zeros((5, 7)), np.zeros((5, 1)), batch_size=4, epochs=2)
print(h.history['loss'])
)"));
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.hints.call, "fit");
  EXPECT_EQ(outcome.hints.x, (std::vector<Shape>{{5, 7}}));
  EXPECT_EQ(outcome.hints.y, (std::vector<Shape>{{5, 1}}));
  EXPECT_EQ(outcome.hints.batchSize, 4);
  EXPECT_EQ(outcome.hints.epochs, 2);
  EXPECT_EQ(outcome.spec.shapeOf(outcome.spec.inputs.at(0)), (Shape{-1, 7}));
  EXPECT_TRUE(outcome.spec.compile);
}

TEST(Spec, chooses_a_model) {
  std::string script = withHead(R"(a = Sequential([Input((2,)), Dense(1)], name='one')
b = Sequential([Input((3,)), Dense(1)])
a.compile('sgd', 'mse')
a.fit(np.zeros((4, 2)), np.zeros(4))
b.compile('sgd', 'mse')
b.predict(np.zeros((6, 3)))
c = Sequential([Input((4,)), Dense(1)])
)");
  EXPECT_EQ(specOfSource(script).hints.x, (std::vector<Shape>{{6, 3}}));
  EXPECT_EQ(specOfSource(script, "a").hints.x, (std::vector<Shape>{{4, 2}}));
  EXPECT_EQ(specOfSource(script, "one").hints.x, (std::vector<Shape>{{4, 2}}));
  EXPECT_EQ(specOfSource(script, "c").hints.call, "");
  EXPECT_EQ(specOfSource(script, "d").error, "0:0: the script has no model \"d\"");
  EXPECT_EQ(specOfSource("x = 1\n").error, "0:0: the script builds no model");
}

TEST(Spec, stops_where_a_result_of_training_is_needed) {
  SpecOutcome outcome = specOfSource(withHead(R"(m = Sequential([Input((2,)), Dense(1)])
m.compile('sgd', 'mse')
for epoch in range(3):
    m.fit(np.zeros((4, 2)), np.zeros(4))
score = m.evaluate(np.zeros((4, 2)), np.zeros(4))
print('Score: %.3f' % score, len(score), score + 1)
)"));
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.hints.call, "fit");
}

TEST(Golden, models_of_this_stage_are_built) {
  std::string folder = std::string(KERATIN_SOURCE_DIR) + "/test/golden/";
  std::ifstream file(folder + "index.json");
  ASSERT_TRUE(file) << "no golden cases";
  ScriptOptions options;
  options.globals["WORKDIR"] = testing::TempDir();
  int built = 0;
  const Json index = Json::parse(file);
  for (const Json &golden : index.at("cases")) {
    if (golden.value("stage", "") != "first" || !golden["files"].contains("source"))
      continue;
    std::string path = folder + golden["name"].get<std::string>() + "/" +
                       golden["files"]["source"].get<std::string>();
    FitHints hints;
    std::ostringstream err;
    try {
      ModelSpec spec = specFromScript(path, "", options, hints, err);
      std::vector<const WeightSpec *> weights = static_cast<const ModelSpec &>(spec).weights();
      ASSERT_EQ(weights.size(), golden["weights"].size()) << path;
      for (size_t i = 0; i < weights.size(); ++i)
        EXPECT_EQ(weights[i]->shape, golden["weights"][i]["shape"].get<Shape>()) << path;
      ++built;
    } catch (const UserError &error) {
      ADD_FAILURE() << path << ": " << error.message;
    }
  }
  EXPECT_GT(built, 15);
}

} // namespace
} // namespace keratin::test
