// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scripts that write models and weights, and read them again.
#include "test/unit/Dsl/ScriptRunner.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace keratin::test {
namespace {

class Saving : public testing::Test {
protected:
  Saving() {
    std::string pattern = testing::TempDir() + "saving-XXXXXX";
    folder = mkdtemp(pattern.data());
  }
  ~Saving() override { std::filesystem::remove_all(folder); }

  /// The script with a small model in front; F stands for the folder.
  std::string script(const std::string &rest) const {
    return "import numpy as np\nimport keras\nfrom keras import layers\nF = '" + folder +
           "/'\n"
           "m = keras.Sequential([keras.Input((3,)), layers.Dense(2, name='d'), "
           "layers.Dense(1)])\n"
           "m.compile('adam', 'mse', metrics=['mae'])\n"
           "m.set_weights([np.arange(6).reshape(3, 2), np.array([7, 8]), np.ones((2, 1)), "
           "np.zeros(1)])\n"
           "x = np.zeros((4, 3)); y = np.zeros(4)\n" +
           rest;
  }
  bool exists(const char *name) const { return std::filesystem::exists(folder + "/" + name); }

  std::string folder;
};

TEST_F(Saving, models_come_back) {
  Outcome outcome = runSource(script(R"(for name in ['a.keras', 'a.h5', 'a.hdf5']:
    m.save(F + name)
    n = keras.models.load_model(F + name)
    print(n.name, [layer.name for layer in n.layers], n.get_weights()[0].tolist())
    n.evaluate(x, y)
keras.saving.save_model(m, F + 'b.keras')
keras.models.load_model(F + 'b.keras', compile=False).evaluate(x, y)
)"));
  std::string line = "sequential ['d', 'dense'] [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]\n";
  EXPECT_EQ(outcome.out, line + line + line);
  EXPECT_EQ(outcome.error, "15:55: You must call `compile()` before using the model.");
  EXPECT_EQ(outcome.log.evaluations.size(), 3u);
}

TEST_F(Saving, weights_come_back) {
  Outcome outcome = runSource(script(R"(for name in ['w.weights.h5', 'w.h5', 'w.hdf5']:
    m.save_weights(F + name)
    n = keras.Sequential([keras.Input((3,)), layers.Dense(2), layers.Dense(1)])
    n.load_weights(F + name)
    print(n.get_weights()[1].tolist())
m.fit(x, y, verbose=0)
m.save(F + 'm.keras')
m.load_weights(F + 'm.keras')
print(m.get_weights()[1].tolist())
)"));
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.out, "[7.0, 8.0]\n[7.0, 8.0]\n[7.0, 8.0]\n[8.0, 9.0]\n");
}

TEST_F(Saving, json_describes_a_model) {
  Outcome outcome = runSource(script(R"(text = m.to_json()
n = keras.models.model_from_json(text)
print(n.to_json() == text, n.count_params(), text[:48])
keras.models.model_from_json('{}')
)"));
  EXPECT_EQ(outcome.out, "True 11 {\"module\": \"keras\", \"class_name\": \"Sequential\", \n");
  EXPECT_EQ(outcome.error.substr(0, 47), "12:30: the model's architecture is malformed: [");
}

TEST_F(Saving, wrong_names_are_refused) {
  EXPECT_EQ(runSource(script("m.save('model')\n")).error,
            "9:8: Invalid filepath extension for saving. Please add either a `.keras` extension "
            "for the native Keras format (recommended) or a `.h5` extension. Received: "
            "filepath=model");
  EXPECT_EQ(runSource(script("m.save_weights('w.keras')\n")).error,
            "9:16: The filename must end in `.weights.h5`. Received: filepath=w.keras");
  EXPECT_EQ(runSource(script("keras.Sequential([layers.Dense(2)]).save('m.keras')\n")).error,
            "9:37: save: the input shape of model \"sequential_1\" is not known yet");
}

TEST_F(Saving, looking_for_a_model_writes_nothing) {
  SpecOutcome outcome = specOfSource(script("m.save(F + 'm.keras')\n"
                                            "n = keras.models.load_model(F + 'm.keras')\n"
                                            "n.compile('sgd', 'mse')\n"));
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.spec.compile->optimizer.kind, "Adam"); // of m
  EXPECT_FALSE(exists("m.keras"));
}

} // namespace
} // namespace keratin::test
