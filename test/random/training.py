# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How random models are trained, a row each: losses with what suits them, optimizers, and what holds weights down."""
from text import Code, call, some

# A loss; the activations that the layer before it may have; numbers of outputs; its targets' kind.
LOSSES = [
    ("mse", ["linear", "tanh"], [1, 2, 5], "numbers"),
    ("mae", ["linear"], [1, 2, 5], "numbers"),
    ("log_cosh", ["linear", "tanh"], [1, 2, 5], "numbers"),
    (Code("losses.Huber(delta=0.5)"), ["linear"], [1, 2, 5], "numbers"),
    (Code("losses.MeanSquaredError(reduction='sum')"), ["tanh"], [1, 2], "numbers"),
    ("mean_absolute_percentage_error", ["linear", "softplus"], [1, 2], "numbers"),
    ("cosine_similarity", ["sigmoid", "softplus"], [3, 5], "numbers"),  # not near zero
    ("mean_squared_logarithmic_error", ["softplus", "sigmoid"], [1, 2], "counts"),
    ("poisson", ["softplus", "exponential"], [1, 3], "counts"),
    ("hinge", ["linear", "tanh"], [1, 3], "signs"),
    ("squared_hinge", ["linear", "tanh"], [1, 3], "signs"),
    ("binary_crossentropy", ["sigmoid"], [1, 2, 5], "flags"),
    (Code("losses.BinaryCrossentropy(label_smoothing=0.1)"), ["sigmoid"], [1, 3], "flags"),
    (Code("losses.BinaryCrossentropy(from_logits=True)"), ["linear"], [1, 2, 5], "flags"),
    ("kl_divergence", ["softmax", "sigmoid"], [2, 3], "classes"),
    ("categorical_hinge", ["linear", "softmax"], [2, 3], "classes"),
    ("categorical_crossentropy", ["softmax"], [2, 3, 7], "classes"),
    (Code("losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)"), ["linear"], [2, 3, 7], "classes"),
    ("sparse_categorical_crossentropy", ["softmax"], [2, 3, 7], "labels"),
    (Code("losses.SparseCategoricalCrossentropy(from_logits=True)"), ["linear"], [2, 3, 7], "labels"),
]

# Metrics by the kind of the targets.
METRICS = {
    "numbers": ["mae", "mse", "cosine_similarity", Code("metrics.RootMeanSquaredError()"), Code("metrics.LogCoshError()")],
    "counts": ["mae", "poisson", "mean_squared_logarithmic_error"],
    "signs": ["mse", "hinge", "squared_hinge"],
    "flags": ["accuracy", "binary_crossentropy", "hinge", Code("metrics.Precision()"), Code("metrics.Recall(thresholds=0.3)"),
              Code("metrics.BinaryAccuracy(threshold=0.4)"), Code("metrics.TruePositives()"),
              Code("metrics.TrueNegatives()"), Code("metrics.FalsePositives()"), Code("metrics.FalseNegatives()")],
    "classes": ["accuracy", "categorical_crossentropy", "categorical_hinge", Code("metrics.KLDivergence()"),
                Code("metrics.TopKCategoricalAccuracy(k=2)")],
    "labels": ["accuracy", "sparse_categorical_crossentropy", Code("metrics.SparseTopKCategoricalAccuracy(k=2)")],
}


def target_kind(loss):
    """What a loss is computed against: "numbers", "counts", "signs", "flags", "classes" or "labels"."""
    return next(row[3] for row in LOSSES if row[0] == loss)


# Rates are small and epsilons large, so that a step does not enlarge the rounding of a gradient near zero.
OPTIMIZERS = [
    ("SGD", 0.05, {}, {}),
    ("SGD", 0.05, {"momentum": 0.9}, {"nesterov": [True]}),
    ("RMSprop", 0.01, {"epsilon": 0.01}, {"rho": [0.8], "momentum": [0.9], "centered": [True]}),
    ("Adam", 0.01, {"epsilon": 0.1}, {"beta_1": [0.8], "beta_2": [0.9], "amsgrad": [True]}),
    ("AdamW", 0.01, {"epsilon": 0.1}, {"beta_1": [0.8]}),
    ("Adagrad", 0.05, {}, {"initial_accumulator_value": [0.2], "epsilon": [0.001]}),
    ("Adadelta", 0.5, {}, {"rho": [0.8], "epsilon": [0.001]}),
    ("Adamax", 0.01, {"epsilon": 0.1}, {"beta_1": [0.8], "beta_2": [0.9]}),
    ("Nadam", 0.01, {"epsilon": 0.1}, {"beta_1": [0.8]}),
]
CLIPPING = [{"clipnorm": 0.5}, {"clipvalue": 0.1}, {"global_clipnorm": 0.5}, {"weight_decay": 0.01}]

# Learning rates that change within the three steps that are compared.
SCHEDULES = [
    ("ExponentialDecay", [2, 0.8], {"staircase": [True]}),
    ("InverseTimeDecay", [2, 0.5], {"staircase": [True]}),
    ("PolynomialDecay", [2], {"end_learning_rate": [0.001], "power": [2.0], "cycle": [True]}),
    ("CosineDecay", [4], {"alpha": [0.1]}),
    ("CosineDecayRestarts", [2], {"t_mul": [1.5], "m_mul": [0.8], "alpha": [0.1]}),
]


def optimizer(pick):
    name, rate, fixed, optional = pick.choice(OPTIMIZERS)
    if pick.random() < 0.25:
        schedule, positional, more = pick.choice(SCHEDULES)
        rate = call(f"optimizers.schedules.{schedule}", [rate, *positional], some(pick, **more))
    keywords = {"learning_rate": rate, **fixed, **some(pick, 0.4, **optional)}
    if pick.random() < 0.4:
        keywords |= pick.choice(CLIPPING)
    return call(f"optimizers.{name}", [], keywords)


REGULARIZERS = ["l2", Code("regularizers.L1(0.005)"), Code("regularizers.L2(0.02)"),
                Code("regularizers.L1L2(l1=0.01, l2=0.02)")]
CONSTRAINTS = [Code("constraints.MaxNorm(0.9)"), "non_neg"]
# These would enlarge a bias that is zero but for rounding.
OF_MATRICES = CONSTRAINTS + ["unit_norm", Code("constraints.UnitNorm(axis=1)"),
                             Code("constraints.MinMaxNorm(0.3, 0.8, rate=0.7)")]


def held(pick, *weights):
    """Regularizers and constraints, now and then, of a layer with such weights and of what it puts out."""
    regularizers = {f"{weight}_regularizer": REGULARIZERS for weight in weights + ("activity",)}
    constraints = {f"{weight}_constraint": CONSTRAINTS if weight == "bias" else OF_MATRICES for weight in weights}
    return some(pick, 0.04, **regularizers, **constraints)
