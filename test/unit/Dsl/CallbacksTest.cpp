// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keras.callbacks of scripts: which there are, their arguments, and the functions that they call.
#include "test/unit/Dsl/ScriptRunner.h"

#include <gtest/gtest.h>

#include <filesystem>

using namespace keratin;
using namespace keratin::test;

namespace {

const std::string head = R"(import numpy as np
import keras
from keras.layers import Dense, Input
m = keras.Sequential([Input((3,)), Dense(1)])
m.compile('sgd', 'mse')
x = np.zeros((6, 3)); y = np.zeros((6, 1))
)";

Outcome runWithModel(const std::string &source) { return runSource(head + source); }

TEST(Callbacks, schedulers_call_functions_of_the_script) {
  Outcome outcome = runWithModel(R"(def halve(epoch, rate):
    print(epoch, rate)
    return rate * 0.5
m.fit(x, y, epochs=3, verbose=0, callbacks=keras.callbacks.LearningRateScheduler(halve))
m.fit(x, y, epochs=2, verbose=0, callbacks=[keras.callbacks.LearningRateScheduler(lambda epoch: 1 / (epoch + 1))])
)");
  ASSERT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.out, "0 0.5\n1 0.25\n2 0.125\n");
  EXPECT_EQ(outcome.log.rates, (std::vector<double>{0.25, 0.125, 0.0625, 1, 0.5}));
}

TEST(Callbacks, errors_of_the_scripts_functions_are_located) {
  EXPECT_EQ(runWithModel("m.fit(x, y, callbacks=[keras.callbacks.LearningRateScheduler(lambda e: "
                         "1)])\n")
                .error,
            "7:62: The output of the `schedule` function should be a float. Got: 1");
  EXPECT_EQ(runWithModel("def f(epoch):\n    return epoch / 0\n"
                         "m.fit(x, y, callbacks=[keras.callbacks.LearningRateScheduler(f)])\n")
                .error.substr(0, 4),
            "8:18");
}

TEST(Callbacks, histories_are_filled_and_go_on) {
  Outcome outcome = runWithModel(R"(h = keras.callbacks.History()
same = m.fit(x, y, epochs=2, verbose=0, callbacks=[h])
print(same is h, h.history['loss'], h.epoch)
m.fit(x, y, verbose=0, callbacks=[h])
print(same.history['loss'], h.epoch)
)");
  ASSERT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.out, "True [0.5, 0.25] [0, 1]\n[0.5, 0.25, 0.5] [0]\n");
}

TEST(Callbacks, checkpoints_are_written_where_they_are_named) {
  std::string folder = testing::TempDir() + "checkpoints";
  std::filesystem::remove_all(folder);
  Outcome outcome = runWithModel("c = keras.callbacks.ModelCheckpoint('" + folder +
                                 "/m-{epoch:02d}-{loss:.2f}.keras', monitor='accuracy')\n"
                                 "m.fit(x, y, epochs=2, verbose=0, callbacks=[c])\n"
                                 "w = keras.Sequential([Input((2,)), Dense(1)])\n"
                                 "w.compile('sgd', 'mse')\n"
                                 "w.fit(np.zeros((2, 2)), np.zeros(2), verbose=0, callbacks=[c])\n"
                                 "print(keras.models.load_model('" +
                                 folder + "/m-01-0.50.keras').input_shape)\n");
  ASSERT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.out, "(None, 2)\n") << "the callback saves the model that it was last given to";
  EXPECT_TRUE(std::filesystem::exists(folder + "/m-02-0.25.keras"));
}

TEST(Callbacks, what_is_not_supported_is_refused_at_its_place) {
  const struct {
    std::string source, error, hint;
  } cases[] = {
      {"keras.callbacks.TensorBoard('logs')\n",
       "7:17: keras.callbacks.TensorBoard is not supported",
       "CSVLogger writes the values of each epoch to a file"},
      {"from keras.callbacks import LambdaCallback\n",
       "7:29: keras.callbacks.LambdaCallback is not supported",
       "supported are EarlyStopping, ModelCheckpoint, ReduceLROnPlateau, LearningRateScheduler, "
       "CSVLogger, TerminateOnNaN and History"},
      {"class Mine(keras.callbacks.Callback):\n    pass\n", "7:1: classes are not supported",
       "scripts are Keras models with simple statements around them, not all of Python"},
      {"keras.callbacks.EarlyStoping()\n",
       "7:17: module keras.callbacks has no \"EarlyStoping\", or it is not supported",
       "did you mean \"EarlyStopping\"?"},
      {"keras.callbacks.EarlyStopping(patiense=3)\n",
       "7:31: EarlyStopping has no argument \"patiense\"", "did you mean \"patience\"?"},
      {"keras.callbacks.ReduceLROnPlateau(factor=2.0)\n",
       "7:17: ReduceLROnPlateau does not support a factor >= 1.0. Received factor=2.0", ""},
      {"keras.callbacks.ModelCheckpoint('a.weights.h5', save_weights_only=True, save_freq=0)\n",
       "7:73: save_freq must be 'epoch' or a positive number of batches", ""},
      {"keras.callbacks.CSVLogger('a.csv', separator='::')\n",
       "7:36: the separator must be a single character, got \"::\"", ""},
      {"m.fit(x, y, verbose=0, callbacks=[keras.callbacks.EarlyStopping('val_acc')])\n",
       "7:3: EarlyStopping callback received monitor=val_acc, but Keras isn't able to "
       "automatically "
       "determine whether that metric should be maximized or minimized",
       "pass mode='max' to monitor the highest value, or mode='min' for the lowest; the logs are "
       "accuracy,loss"},
  };
  for (const auto &c : cases) {
    Outcome outcome = runWithModel(c.source);
    EXPECT_EQ(outcome.error, c.error) << c.source;
    EXPECT_EQ(outcome.hint, c.hint) << c.source;
  }
}

} // namespace
