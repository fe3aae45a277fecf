// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The functional API in scripts: calls, shared layers, models as layers, models cut out of others,
// weights in common, several inputs and outputs.
#include "test/unit/Dsl/ScriptRunner.h"

#include <gtest/gtest.h>

namespace keratin::test {
namespace {

std::string withHead(const std::string &rest) {
  return R"(import numpy as np
from keras.models import Sequential, Model
from keras.layers import Dense, Embedding, LSTM, Dropout, Input
)" + rest;
}

std::string outputOf(const std::string &script) {
  Outcome outcome = runSource(withHead(script));
  EXPECT_EQ(outcome.error, "");
  return outcome.out;
}

std::string errorOf(const std::string &script) { return runSource(withHead(script)).error; }

TEST(Functional, model_takes_inputs_and_outputs_in_all_spellings) {
  const char *start = R"(a, b = Input((2,), name='a'), Input(shape=(2,), name='b')
d = Dense(3)
y, z = d(a), d([b])
)";
  for (const char *spelling :
       {"m = Model([a, b], [y, z])", "m = Model(inputs=[a, b], outputs=[y, z])",
        "m = Model(input=[a, b], output=[y, z])", "m = Model((a, b), (y, z), name='functional')",
        "m = Model({'b': b, 'a': a}, [y, z])"})
    EXPECT_EQ(
        outputOf(std::string(start) + spelling +
                 "\nprint(m.name, [l.name for l in m.layers], m.count_params())\n"
                 "print([t.shape for t in m.inputs], m.output_shape)\n"
                 "print([p.shape for p in m.predict([np.zeros((5, 2)), np.zeros((5, 2))])])\n"),
        "functional ['a', 'b', 'dense'] 9\n"
        "[(None, 2), (None, 2)] [(None, 3), (None, 3)]\n"
        "[(5, 3), (5, 3)]\n")
        << spelling;
}

TEST(Functional, recurrent_layers_give_and_take_states) {
  EXPECT_EQ(outputOf(R"(from keras.layers import Bidirectional, GRU
x = Input((None, 4))
y, h, c = LSTM(5, return_sequences=True, return_state=True)(x)
z = LSTM(5)(x, initial_state=[h, c])
same = LSTM(5)([x, h, c])
g, state = GRU(5, return_state=True)(y, initial_state=h)
f, b = Bidirectional(GRU(5), merge_mode=None)(x, initial_state=[h, state])
m = Model(x, [y, c, z, same, g, f, b])
print(h.shape, [t.shape for t in m.outputs])
)"),
            "(None, 5) [(None, None, 5), (None, 5), (None, 5), (None, 5), (None, 5), (None, 5), "
            "(None, 5)]\n");
  EXPECT_EQ(
      errorOf("Sequential([Input((6, 4)), LSTM(3, return_state=True)])\n"),
      "4:28: All layers in a Sequential model should have a single output tensor, 'lstm' has 3");
}

TEST(Functional, data_and_outputs_go_by_name) {
  EXPECT_EQ(outputOf(R"(a, b = Input((2,), name='a'), Input((3,), name='b')
m = Model([a, b], {'second': Dense(1, name='s')(a), 'first': Dense(4, name='f')(b)})
m.compile('sgd', {'first': 'mse', 'second': 'mae'}, loss_weights={'first': 0.5})
x = {'b': np.zeros((6, 3)), 'a': np.zeros((6, 2))}
m.fit(x, {'first': np.zeros((6, 4)), 'second': np.zeros((6, 1))}, verbose=0)
p = m.predict(x)
print(sorted(p), p['first'].shape, p['second'].shape)
)"),
            "['first', 'second'] (6, 4) (6, 1)\n");
}

TEST(Functional, engine_gets_a_tensor_for_each_input_and_output) {
  Outcome outcome = runSource(withHead(R"(a, b = Input((2,)), Input((3,))
m = Model([a, b], [Dense(1)(a), Dense(4)(b)])
m.compile('sgd', 'mse', loss_weights=[1, 0.25], metrics=[['mae'], ['mae', 'mse']])
m.fit([np.zeros((6, 2)), np.zeros((6, 3))], [np.zeros(6), np.zeros((6, 4))], sample_weight=[np.ones(6), np.ones(6)])
)"));
  ASSERT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.log.fits.at(0).x.size(), 2u);
  EXPECT_EQ(outcome.log.fits.at(0).y.at(1).shape, (Shape{6, 4}));
  EXPECT_EQ(outcome.log.fits.at(0).sampleWeights.size(), 2u);
  std::vector<std::string> names;
  for (const LogSpec &log : outcome.model->logs())
    names.push_back(log.name);
  EXPECT_EQ(names, (std::vector<std::string>{"loss", "dense_loss", "dense_1_loss", "dense_1_mae",
                                             "dense_1_mse", "dense_mae"}));
  EXPECT_EQ(outcome.model->compile->losses[1].weight, 0.25);
}

TEST(Functional, models_that_share_layers_see_each_others_training) {
  EXPECT_EQ(outputOf(R"(x = Input((1,))
h = Dense(1, kernel_initializer='zeros', name='h')(x)
whole = Model(x, Dense(1, kernel_initializer='zeros')(h))
part = Model(x, h)
again = Model(inputs=whole.input, outputs=whole.get_layer('h').output)
print(part.get_weights()[0].tolist(), part.predict(np.zeros((1, 1))).shape)
whole.compile('sgd', 'mse')
whole.fit(np.zeros((4, 1)), np.zeros(4), verbose=0)
print(part.get_weights()[0].tolist(), again.layers[1].get_weights()[1].tolist())
part.set_weights([np.array([[5]]), np.array([6])])
print([w.tolist() for w in whole.get_weights()])
whole.fit(np.zeros((4, 1)), np.zeros(4), verbose=0)
print(whole.get_layer('h').get_weights()[0].tolist(), [w.tolist() for w in part.get_weights()])
)"),
            "[[0.0]] (1, 1)\n[[1.0]] [1.0]\n[[[5.0]], [6.0], [[1.0]], [1.0]]\n"
            "[[6.0]] [[[6.0]], [7.0]]\n");
}

TEST(Functional, a_model_is_cut_out_of_a_trained_sequential) {
  EXPECT_EQ(
      outputOf(
          R"(m = Sequential([Dense(3, input_dim=2, kernel_initializer='ones'), Dense(1, name='last')])
m.compile('sgd', 'mse')
m.fit(np.zeros((4, 2)), np.zeros(4), verbose=0)
inner = Model(m.input, m.layers[0].output)
print(inner.layers[1].name, inner.get_weights()[0].tolist(), inner.output_shape)
tail = Model(m.layers[0].output, m.output)
print([l.name for l in tail.layers], tail.input_shape, tail.get_weights()[0].tolist() == m.get_weights()[2].tolist())
)"),
      "dense [[2.0, 2.0, 2.0], [2.0, 2.0, 2.0]] (None, 3)\n"
      "['dense_output', 'last'] (None, 3) True\n");
}

TEST(Functional, layers_may_be_part_of_several_models) {
  EXPECT_EQ(outputOf(R"(d = Dense(1, kernel_initializer='ones')
a, b = Sequential([Input((2,)), d]), Sequential([Input((2,)), d])
a.compile('sgd', 'mse')
a.fit(np.zeros((4, 2)), np.zeros(4), verbose=0)
print(b.get_weights()[0].tolist(), d(Input((2,))).shape, d.count_params())
)"),
            "[[2.0], [2.0]] (None, 1) 3\n");
}

TEST(Functional, models_are_layers) {
  Outcome outcome =
      runSource(withHead(R"(base = Sequential([Input((2,)), Dense(3), Dense(4)], name='base')
a, b = Input((2,)), Input((2,))
y, z = base(a), base(b)
m = Model([a, b], [y, Dense(1)(z)])
print([l.name for l in m.layers], m.count_params(), y.shape, len(m.get_weights()))
print(m.layers[2].layers[0].name, m.get_layer('base').count_params())
m.compile('sgd', 'mse')
before = base.get_weights()[0]
m.fit([np.zeros((4, 2))] * 2, [np.zeros((4, 4)), np.zeros(4)], verbose=0)
print((base.get_weights()[0] - before).round(3).tolist())
)"));
  ASSERT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.out, "['input_layer_1', 'input_layer_2', 'base', 'dense_2'] 30 (None, 4) 6\n"
                         "dense 25\n[[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]\n");
  ASSERT_EQ(outcome.model->layers.size(), 4u);
  EXPECT_EQ(outcome.model->layers[2].className, "Sequential");
  EXPECT_EQ(outcome.model->layers[2].weights.size(), 4u);
}

TEST(Functional, models_nest_in_sequentials_and_are_built_with_them) {
  EXPECT_EQ(outputOf(R"(inner = Sequential([Dense(3), Dense(2)])
outer = Sequential()
outer.add(inner)
outer.add(Dense(1))
print(outer.predict(np.zeros((5, 4))).shape, inner.count_params(), outer.count_params(), inner.output_shape)
first = Sequential([inner, Dense(7)])
print(first.output_shape, first.get_weights()[0].tolist() == outer.get_weights()[0].tolist())
)"),
            "(5, 1) 23 26 (None, 2)\n(None, 7) True\n");
}

TEST(Functional, compile_decides_what_is_trained) {
  EXPECT_EQ(
      outputOf(
          R"(m = Sequential([Input((1,)), Dense(1, kernel_initializer='zeros', name='a', trainable=False), Dense(1, kernel_initializer='zeros')])
m.compile('sgd', 'mse')
def fit():
    m.fit(np.zeros((4, 1)), np.zeros(4), verbose=0)
    return [w.tolist() for w in m.get_weights()]
print(fit(), len(m.trainable_weights), len(m.non_trainable_weights))
m.get_layer(index=0).trainable = True
print(fit())
m.compile('sgd', 'mse')
print(fit())
m.trainable = False
print(m.layers[1].trainable, len(m.trainable_weights))
)"),
      "[[[0.0]], [0.0], [[1.0]], [1.0]] 2 2\n[[[0.0]], [0.0], [[2.0]], [2.0]]\n"
      "[[[1.0]], [1.0], [[3.0]], [3.0]]\nFalse 0\n");
}

TEST(Functional, summaries_show_what_is_frozen) {
  std::string text = outputOf(R"(base = Sequential([Input((2,)), Dense(3)], name='base')
base.trainable = False
m = Sequential([base, Dense(1, name='top')])
m.summary(line_length=80, show_trainable=True)
)");
  EXPECT_NE(text.find("base (Sequential)"), std::string::npos) << text;
  EXPECT_NE(text.find(" Trainable params: 4 "), std::string::npos) << text;
  EXPECT_NE(text.find(" Non-trainable params: 9 "), std::string::npos) << text;
}

TEST(Functional, batches_are_trained_and_evaluated_alone) {
  Outcome outcome = runSource(withHead(R"(m = Sequential([Input((2,)), Dense(1)])
m.compile('sgd', 'mse', metrics=['accuracy'])
x, y = np.zeros((50, 2)), np.zeros(50)
print(m.train_on_batch(x, y), m.train_on_batch(x, y, return_dict=True))
print(m.test_on_batch(x, y), m.test_on_batch(x, y, return_dict=True))
print(m.predict_on_batch(x).shape)
)"));
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.out, "[0.5, 0.5] {'loss': 0.5, 'accuracy': 0.5}\n"
                         "[0.5, 0.75] {'loss': 0.5, 'accuracy': 0.75}\n(50, 1)\n");
  EXPECT_EQ(outcome.log.fits.at(0).batchSize, 50);
  EXPECT_FALSE(outcome.log.fits.at(0).shuffle);
  EXPECT_EQ(outcome.log.predictions.at(0).batchSize, 50);
}

TEST(Functional, weights_of_classes_and_samples_exclude_each_other) {
  for (const char *method : {"fit", "train_on_batch"}) {
    std::string error =
        errorOf(std::string(R"(m = Sequential([Input((2,)), Dense(1)])
m.compile('sgd', 'mse')
m.)") + method +
                "(np.zeros((4, 2)), np.zeros(4), class_weight={0: 1}, sample_weight=np.ones(4))\n");
    EXPECT_NE(error.find("class_weight and sample_weight cannot be given together"),
              std::string::npos)
        << error;
  }
}

TEST(Functional, clones_have_weights_of_their_own) {
  EXPECT_EQ(outputOf(R"(from keras.models import clone_model
inner = Sequential([Input((2,)), Dense(3, kernel_initializer='zeros')], name='inner')
m = Sequential([inner, Dense(1)])
m.compile('sgd', 'mse')
c = clone_model(m)
m.fit(np.zeros((4, 2)), np.zeros(4), verbose=0)
print([l.name for l in c.layers], c.layers[0].get_weights()[1].tolist(), inner.get_weights()[1].tolist())
c.set_weights(m.get_weights())
print(c.get_weights()[0].tolist(), c(np.zeros((5, 2))).shape)
)"),
            "['inner', 'dense_1'] [0.0, 0.0, 0.0] [1.0, 1.0, 1.0]\n"
            "[[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]] (5, 1)\n");
}

TEST(Functional, errors_are_located_and_kerass) {
  EXPECT_EQ(errorOf("m = Sequential([Input((2,)), Dense(1)])\nm.get_layer('zz')\n"),
            "5:13: No such layer: zz. Existing layers are: ['dense'].");
  EXPECT_EQ(errorOf("m = Sequential([Input((2,)), Dense(1)])\nm.get_layer(index=9)\n"),
            "5:13: Was asked to retrieve layer at index 9 but model only has 1 layers.");
  EXPECT_EQ(
      errorOf("m = Sequential([Input((2,)), Dense(1)])\nm.layers[0].set_weights([np.zeros(1)])\n"),
      "5:25: You called `set_weights(weights)` on layer 'dense' with a weight list of length "
      "1, but the layer was expecting 2 weights.");
  EXPECT_EQ(errorOf("d = Dense(1)\nd.output\n"),
            "5:3: The layer dense has never been called and thus has no defined output.");
  EXPECT_EQ(
      errorOf("a, b = Input((2,)), Input((2,))\nm = Model(a, Dense(1)(b))\n"),
      "5:5: `inputs` not connected to `outputs`: the outputs depend on 'input_layer_1', which "
      "is not among the inputs");
  EXPECT_EQ(errorOf("m = Sequential([Input((2,)), Dense(1)], name='m')\nm(Input((3,)))\n"),
            "5:1: Input 0 with name 'input_layer' of layer 'm' is incompatible with the layer: "
            "expected shape=(None, 2), found shape=(None, 3)");
  EXPECT_EQ(errorOf("Dense(1)(np.zeros((2, 2)))\n"),
            "4:13: a layer is called on tensors, got a ndarray");
}

TEST(Functional, functions_of_merging_layers_make_and_call_them) {
  Outcome outcome =
      runSource("from keras.layers import Dense, Input, add, concatenate, dot\n"
                "from keras.models import Model\n"
                "a, b = Input((4, 2)), Input((4, 2))\n"
                "m = Model([a, b], [add([a, b], name='sum'), concatenate([a, b], axis=1),\n"
                "                   dot([a, b], axes=2)])\n"
                "print([layer.name for layer in m.layers], m.output_shape)\n"
                "m.compile(loss='mse')\n"
                "s = Model(a, Dense(1)(a))\n"
                "s.compile(loss='mse', metrics=['mae'])\n"
                "print(s.metrics_names)\n");
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.out,
            "['input_layer', 'input_layer_1', 'sum', 'concatenate', 'dot'] [(None, 4, 2), "
            "(None, 8, 2), (None, 4, 4)]\n['loss', 'compile_metrics']\n");
}

TEST(Functional, input_dim_alone_leaves_the_steps_of_a_recurrent_layer_open) {
  Outcome outcome = runSource("from keras.models import Sequential\nfrom keras.layers import GRU\n"
                              "m = Sequential([GRU(3, input_dim=2, return_sequences=True)])\n"
                              "print(m.output_shape)\n");
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.out, "(None, None, 3)\n");
}

} // namespace
} // namespace keratin::test
