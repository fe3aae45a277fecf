// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Enums and attributes: Keras's named choices, optimizers, layouts of weights, and where an op comes from.
#ifndef KERATIN_ATTRS_TD
#define KERATIN_ATTRS_TD

include "dialect/IR/KeratinDialect.td"
include "dialect/Interfaces/OptimizerAttrInterface.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

class Keratin_I32Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::keratin";
  let genSpecializedAttr = 0;
}

class Keratin_EnumAttr<EnumInfo info, string mnemonic> : EnumAttr<Keratin_Dialect, info, mnemonic> {
  let assemblyFormat = "`<` $value `>`";
}

// As Keras spells them; the last four are Keratin's, see keratin.activation. hard_sigmoid is Keras 3's clip(x/6 + 1/2, 0, 1), hard_sigmoid_keras2 the old
// clip(0.2 x + 0.5, 0, 1).
def Keratin_Activation : Keratin_I32Enum<"Activation", "an elementwise (or, for softmax, row-wise) activation", [
  I32EnumAttrCase<"linear", 0>, I32EnumAttrCase<"relu", 1>, I32EnumAttrCase<"sigmoid", 2>,
  I32EnumAttrCase<"tanh", 3>, I32EnumAttrCase<"softmax", 4>, I32EnumAttrCase<"hard_sigmoid", 5>,
  I32EnumAttrCase<"hard_sigmoid_keras2", 6>, I32EnumAttrCase<"elu", 7>, I32EnumAttrCase<"selu", 8>,
  I32EnumAttrCase<"softplus", 9>, I32EnumAttrCase<"softsign", 10>, I32EnumAttrCase<"exponential", 11>,
  I32EnumAttrCase<"silu", 12>, I32EnumAttrCase<"leaky_relu", 13>, I32EnumAttrCase<"relu6", 14>,
  I32EnumAttrCase<"gelu", 15>, I32EnumAttrCase<"hard_silu", 16>, I32EnumAttrCase<"mish", 17>,
  I32EnumAttrCase<"celu", 18>, I32EnumAttrCase<"squareplus", 19>, I32EnumAttrCase<"sparse_plus", 20>,
  I32EnumAttrCase<"sparse_sigmoid", 21>, I32EnumAttrCase<"log_sigmoid", 22>, I32EnumAttrCase<"hard_tanh", 23>,
  I32EnumAttrCase<"tanh_shrink", 24>, I32EnumAttrCase<"soft_shrink", 25>, I32EnumAttrCase<"hard_shrink", 26>,
  I32EnumAttrCase<"log_softmax", 27>, I32EnumAttrCase<"sparsemax", 28>, I32EnumAttrCase<"rectifier", 29>,
  I32EnumAttrCase<"affine", 30>, I32EnumAttrCase<"square", 31>, I32EnumAttrCase<"inverse_root", 32>
]>;
def Keratin_ActivationAttr : Keratin_EnumAttr<Keratin_Activation, "activation">;

def Keratin_Noise : Keratin_I32Enum<"Noise", "which elements of an input share one draw of dropout", [
  I32EnumAttrCase<"elementwise", 0>, I32EnumAttrCase<"per_sequence", 1>
]>;
def Keratin_NoiseAttr : Keratin_EnumAttr<Keratin_Noise, "noise">;

def Keratin_Merge : Keratin_I32Enum<"Merge", "how a bidirectional layer puts its directions together", [
  I32EnumAttrCase<"concat", 0>, I32EnumAttrCase<"sum", 1>, I32EnumAttrCase<"mul", 2>, I32EnumAttrCase<"ave", 3>
]>;
def Keratin_MergeAttr : Keratin_EnumAttr<Keratin_Merge, "merge">;

def Keratin_Fold : Keratin_I32Enum<"Fold", "how a window of elements becomes one", [
  I32EnumAttrCase<"sum", 0>, I32EnumAttrCase<"mean", 1>, I32EnumAttrCase<"maximum", 2>
]>;
def Keratin_FoldAttr : Keratin_EnumAttr<Keratin_Fold, "fold">;

def Keratin_Combination : Keratin_I32Enum<"Combination", "how two elements become one", [
  I32EnumAttrCase<"add", 0>, I32EnumAttrCase<"subtract", 1>, I32EnumAttrCase<"multiply", 2>,
  I32EnumAttrCase<"divide", 3>, I32EnumAttrCase<"maximum", 4>, I32EnumAttrCase<"minimum", 5>,
  I32EnumAttrCase<"at_least", 6>
]>;
def Keratin_CombinationAttr : Keratin_EnumAttr<Keratin_Combination, "combination">;

def Keratin_LossKind : Keratin_I32Enum<"LossKind", "a loss of Keras", [
  I32EnumAttrCase<"binary_crossentropy", 0>, I32EnumAttrCase<"categorical_crossentropy", 1>,
  I32EnumAttrCase<"sparse_categorical_crossentropy", 2>, I32EnumAttrCase<"mean_squared_error", 3>,
  I32EnumAttrCase<"mean_absolute_error", 4>, I32EnumAttrCase<"mean_absolute_percentage_error", 5>,
  I32EnumAttrCase<"mean_squared_logarithmic_error", 6>, I32EnumAttrCase<"hinge", 7>,
  I32EnumAttrCase<"squared_hinge", 8>, I32EnumAttrCase<"categorical_hinge", 9>,
  I32EnumAttrCase<"kl_divergence", 10>, I32EnumAttrCase<"poisson", 11>, I32EnumAttrCase<"huber", 12>,
  I32EnumAttrCase<"log_cosh", 13>, I32EnumAttrCase<"cosine_similarity", 14>
]>;
def Keratin_LossKindAttr : Keratin_EnumAttr<Keratin_LossKind, "loss_kind">;

def Keratin_MetricKind : Keratin_I32Enum<"MetricKind", "a metric of Keras that is no loss", [
  I32EnumAttrCase<"binary_accuracy", 0>, I32EnumAttrCase<"categorical_accuracy", 1>,
  I32EnumAttrCase<"sparse_categorical_accuracy", 2>, I32EnumAttrCase<"top_k_categorical_accuracy", 3>,
  I32EnumAttrCase<"sparse_top_k_categorical_accuracy", 4>, I32EnumAttrCase<"precision", 5>,
  I32EnumAttrCase<"recall", 6>, I32EnumAttrCase<"true_positives", 7>, I32EnumAttrCase<"true_negatives", 8>,
  I32EnumAttrCase<"false_positives", 9>, I32EnumAttrCase<"false_negatives", 10>, I32EnumAttrCase<"auc", 11>,
  I32EnumAttrCase<"r2_score", 12>
]>;
def Keratin_MetricKindAttr : Keratin_EnumAttr<Keratin_MetricKind, "metric_kind">;

def Keratin_Reduction : Keratin_I32Enum<"Reduction", "how the losses of samples become one number", [
  I32EnumAttrCase<"sum_over_batch_size", 0>, I32EnumAttrCase<"sum", 1>
]>;
def Keratin_ReductionAttr : Keratin_EnumAttr<Keratin_Reduction, "reduction">;

class Keratin_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Keratin_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

class Keratin_OptimizerAttr<string name, string attrMnemonic>
    : Keratin_Attr<name, attrMnemonic, [DeclareAttrInterfaceMethods<OptimizerAttrInterface>]> {
  let assemblyFormat = "`<` struct(params) `>`";
}

def Keratin_SGDAttr : Keratin_OptimizerAttr<"SGD", "sgd"> {
  let summary = "stochastic gradient descent: v = momentum*v - lr*g; w += v (nesterov: w += momentum*v - lr*g)";
  let parameters = (ins "::mlir::FloatAttr":$momentum, "::mlir::BoolAttr":$nesterov);
}

def Keratin_RMSpropAttr : Keratin_OptimizerAttr<"RMSprop", "rmsprop"> {
  let summary = "v = rho*v + (1-rho)*g^2; w -= lr*g/sqrt(v - a^2 + epsilon), where a is the mean gradient if centered";
  let parameters = (ins "::mlir::FloatAttr":$rho, "::mlir::FloatAttr":$momentum, "::mlir::FloatAttr":$epsilon,
                        "::mlir::BoolAttr":$centered);
}

def Keratin_AdamAttr : Keratin_OptimizerAttr<"Adam", "adam"> {
  let summary = "m += (g-m)(1-beta_1); v += (g^2-v)(1-beta_2); w -= lr*sqrt(1-beta_2^t)/(1-beta_1^t) * m/(sqrt(v)+epsilon)";
  let parameters = (ins "::mlir::FloatAttr":$beta_1, "::mlir::FloatAttr":$beta_2, "::mlir::FloatAttr":$epsilon,
                        "::mlir::BoolAttr":$amsgrad);
}

def Keratin_AdagradAttr : Keratin_OptimizerAttr<"Adagrad", "adagrad"> {
  let summary = "a += g^2, from initial_accumulator_value; w -= lr*g/sqrt(a + epsilon)";
  let parameters = (ins "::mlir::FloatAttr":$initial_accumulator_value, "::mlir::FloatAttr":$epsilon);
}

def Keratin_AdadeltaAttr : Keratin_OptimizerAttr<"Adadelta", "adadelta"> {
  let summary = "a = rho*a + (1-rho)*g^2; d = -sqrt((x+epsilon)/(a+epsilon))*g; x = rho*x + (1-rho)*d^2; w += lr*d";
  let parameters = (ins "::mlir::FloatAttr":$rho, "::mlir::FloatAttr":$epsilon);
}

def Keratin_AdamaxAttr : Keratin_OptimizerAttr<"Adamax", "adamax"> {
  let summary = "m += (g-m)(1-beta_1); u = max(beta_2*u, |g|); w -= lr*m/((1-beta_1^t)(u+epsilon))";
  let parameters = (ins "::mlir::FloatAttr":$beta_1, "::mlir::FloatAttr":$beta_2, "::mlir::FloatAttr":$epsilon);
}

def Keratin_NadamAttr : Keratin_OptimizerAttr<"Nadam", "nadam"> {
  let summary = "Adam with Nesterov momentum";
  let description = [{
    With `u_t = beta_1 (1 - 0.96^t / 2)` and `P_t = u_1 ... u_t`, Adam's m and v, and `n = v/(1-beta_2^t)`:
    `w -= lr (u_{t+1} m/(1 - P_t u_{t+1}) + (1-u_t) g/(1-P_t)) / (sqrt(n) + epsilon)`.
  }];
  let parameters = (ins "::mlir::FloatAttr":$beta_1, "::mlir::FloatAttr":$beta_2, "::mlir::FloatAttr":$epsilon);
}

def Keratin_NonNegAttr : Keratin_Attr<"NonNeg", "non_neg"> {
  let summary = "the constraint w = max(w, 0)";
}

def Keratin_NormConstraintAttr : Keratin_Attr<"NormConstraint", "norm_constraint"> {
  let summary = "the constraint w *= d/(1e-7 + n), d = rate*clip(n, min, max) + (1-rate)*n, of norms n";
  let description = [{
    A norm is taken over the rows of a weight seen as a matrix (Keras's axis 0), its columns, or both; a vector is one
    row. Keras's MaxNorm has min 0 and rate 1, its UnitNorm min = max = 1.
  }];
  let parameters = (ins "::mlir::FloatAttr":$min, "::mlir::FloatAttr":$max, "::mlir::FloatAttr":$rate,
                        "bool":$over_rows, "bool":$over_columns);
  let assemblyFormat = "`<` struct(params) `>`";
}
def Keratin_ConstraintAttr : AnyAttrOf<[Keratin_NonNegAttr, Keratin_NormConstraintAttr], "a constraint">;

def Keratin_LayoutAttr : Keratin_Attr<"Layout", "layout"> {
  let summary = "the working layout of a weight matrix";
  let description = [{
    A weight of K rows and N columns (a vector is one row) is stored as panels of `panel` columns, each panel
    row after row: element (k, n) stands at `(c / panel)*K*panel + k*panel + c % panel`, where the column
    `c = (u / lanes)*gates*lanes + g*lanes + u % lanes` puts the gates `g = n / (N/gates)` of `lanes` units
    `u = n % (N/gates)` side by side, so that one vector of each gate is loaded for the same units. Columns
    are padded with zeros to whole panels. With one gate `c = n`.
  }];
  let parameters = (ins "int64_t":$gates, "int64_t":$lanes, "int64_t":$panel);
  let assemblyFormat = "`<` struct(params) `>`";
  let extraClassDeclaration = [{
    /// The padded number of columns for a weight of n columns.
    int64_t getPaddedColumns(int64_t n) const;
    /// The position of canonical column n of N in the padded order.
    int64_t getColumn(int64_t n, int64_t columns) const;
    /// Elements that a K x N weight takes.
    int64_t getSize(int64_t k, int64_t n) const { return k * getPaddedColumns(n); }
  }];
}

def Keratin_ProductAttr : Keratin_Attr<"Product", "product"> {
  let summary = "of which weights a parameter is made: table · kernel + bias";
  let description = [{
    Packing computes it after the others. `bias`, if there is one, is row `bias_row` of its parameter.

    ```mlir
    keratin.param @words_by_kernel : tensor<10000x512xf32>
        {gates = 4 : i64, product = #keratin.product<table = @words, kernel = @kernel, bias = @bias>}
    ```
  }];
  let parameters = (ins "::mlir::FlatSymbolRefAttr":$table, "::mlir::FlatSymbolRefAttr":$kernel,
                        OptionalParameter<"::mlir::FlatSymbolRefAttr">:$bias,
                        DefaultValuedParameter<"int64_t", "0">:$bias_row);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Keratin_MachineAttr : Keratin_Attr<"Machine", "machine"> {
  let summary = "what kernels are made for: vector lanes of float32, vector registers, fused multiply-add";
  let description = [{Module attribute `keratin.machine`, set by `keratin-assign-layouts`, read by later passes.}];
  let parameters = (ins "int64_t":$lanes, "int64_t":$registers, "bool":$fma);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Keratin_OriginAttr : Keratin_Attr<"Origin", "origin"> {
  let summary = "the layer, entry and direction that an op computes for";
  let description = [{
    Metadata of the fused location of every op, so that each loop can be led back to a layer and, through the
    location inside, to a line of the script.
  }];
  let parameters = (ins "::mlir::StringAttr":$layer, "::mlir::StringAttr":$entry, "bool":$backward);
  let assemblyFormat = "`<` struct(params) `>`";
}

#endif
