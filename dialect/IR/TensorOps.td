// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// General ops on values, of which shape, merge, pooling and normalization layers are made.
#ifndef KERATIN_TENSOR_OPS_TD
#define KERATIN_TENSOR_OPS_TD

include "dialect/IR/KeratinBase.td"

def Keratin_WindowOp : Keratin_InferredOp<"window",
    (ins Keratin_Floats:$input, Keratin_FoldAttr:$kind, AffineMapAttr:$map, DenseI64ArrayAttr:$shape,
         DenseI64ArrayAttr:$window, DenseI64ArrayAttr:$input_shape),
    "$kind $input"> {
  let summary = "each element of the result is the sum, mean or maximum of a window of the input";
  let description = [{
    `result[i] = fold over j of input[map(i, j)]`, where j runs over `window`; places outside of the input do not
    count. The sum of nothing is 0, its maximum -infinity, its mean NaN. `map` is affine with divisions and
    remainders by constants, its dimensions are those of `shape`, the result's shape, then those of `window`. Without a window
    the op moves elements: it reshapes, permutes, repeats, cuts and pads with zeros.

    Rows, and steps where they are open, have size -9223372036854775808 in `shape` and `input_shape` (the input's shape,
    which its buffer does not tell), and in `window` where they are folded. A result without rows is a value of the whole
    batch, laid out as a parameter is.

    ```mlir
    // the larger of two steps each
    %y = keratin.window <maximum> %x {map = affine_map<(b, t, f, j) -> (b, t * 2 + j, f)>,
        shape = array<i64: -9223372036854775808, 3, 8>, window = array<i64: 2>,
        input_shape = array<i64: -9223372036854775808, 6, 8>} : (tensor<?x6x8xf32>) -> tensor<?x3x8xf32>
    ```
  }];
  let hasVerifier = 1;
}

def Keratin_WindowGradOp : Keratin_InferredOp<"window_grad",
    (ins Keratin_Floats:$result_grad, Optional<Keratin_Floats>:$input, Optional<Keratin_Floats>:$value,
         Keratin_FoldAttr:$kind, AffineMapAttr:$map, DenseI64ArrayAttr:$shape, DenseI64ArrayAttr:$window,
         DenseI64ArrayAttr:$input_shape),
    "$kind $result_grad (`input` `(` $input^ `)`)? (`value` `(` $value^ `)`)?"> {
  let summary = "the gradient of keratin.window with respect to its input";
  let description = [{
    Each element of `result_grad` goes to all of its window where the window is summed, as equal shares where it is averaged, and to the
    first element that equals `value`, the result, where it is a maximum, as TensorFlow does. `input` and `value` are
    there for maxima alone.

    ```mlir
    %dx = keratin.window_grad <sum> %dy {map = affine_map<(b, t, f) -> (b, f)>,
        shape = array<i64: -9223372036854775808, 5, 8>, window = array<i64>,
        input_shape = array<i64: -9223372036854775808, 8>} : (tensor<?x5x8xf32>) -> tensor<?x8xf32>
    ```
  }];
  let hasVerifier = 1;
}

def Keratin_CombineOp : Keratin_InferredOp<"combine",
    (ins Keratin_Floats:$lhs, Keratin_Floats:$rhs, Keratin_CombinationAttr:$kind,
         OptionalAttr<AffineMapAttr>:$rhs_map),
    "$kind $lhs `,` $rhs"> {
  let summary = "two values, element by element";
  let description = [{
    `result[i] = lhs[i] kind rhs[rhs_map(i)]`; without a map operands have one type. With one the right operand may be smaller,
    or a parameter or value of the whole batch: a vector, or a matrix. `at_least` is 1 where lhs >= rhs, else 0.

    ```mlir
    %y = keratin.combine <multiply> %x, %gamma {rhs_map = affine_map<(b, t, f) -> (f)>}
        : (tensor<?x6x8xf32>, tensor<8xf32>) -> tensor<?x6x8xf32>
    ```
  }];
  let hasVerifier = 1;
}

def Keratin_ContractOp : Keratin_InferredOp<"contract",
    (ins Keratin_Floats:$lhs, Keratin_Floats:$rhs, AffineMapAttr:$lhs_map, AffineMapAttr:$rhs_map,
         DenseI64ArrayAttr:$shape, DenseI64ArrayAttr:$window),
    "$lhs `,` $rhs"> {
  let summary = "the sum of products of two values of one batch";
  let description = [{
    `result[i] = sum over j of lhs[lhs_map(i, j)] * rhs[rhs_map(i, j)]`, where j runs over `window`. The maps select dimensions of
    `shape` (the result's) and `window`; each begins with the rows. Sizes are as in `keratin.window`.

    ```mlir
    %scores = keratin.contract %q, %k {lhs_map = affine_map<(b, i, j, f) -> (b, i, f)>,
        rhs_map = affine_map<(b, i, j, f) -> (b, j, f)>, shape = array<i64: -9223372036854775808, 6, 7>,
        window = array<i64: 4>} : (tensor<?x6x4xf32>, tensor<?x7x4xf32>) -> tensor<?x6x7xf32>
    ```
  }];
  let hasVerifier = 1;
}

def Keratin_FindMaskOp : Keratin_InferredOp<"find_mask", (ins Keratin_Floats:$input, F64Attr:$value), "$input"> {
  let summary = "which time steps are real: any feature != value";
  let description = [{
    The mask that Keras's `Masking(mask_value)` hands on.

    ```mlir
    %m = keratin.find_mask %x {value = 0.0 : f64} : (tensor<?x?x4xf32>) -> tensor<?x?xi1>
    ```
  }];
}

def Keratin_MaskValuesOp : Keratin_ComputeOp<"mask_values", (ins Keratin_Mask:$mask), "$mask"> {
  let summary = "a mask as numbers: 1 for real steps, 0 for others";
  let description = [{
    ```mlir
    %w = keratin.mask_values %m : (tensor<?x?xi1>) -> tensor<?x?x1xf32>
    ```
  }];
}

def Keratin_MoveAverageOp : Keratin_ComputeOp<"move_average",
    (ins Keratin_Floats:$value, FlatSymbolRefAttr:$param, F64Attr:$momentum), "$param `,` $value"> {
  let summary = "moves a parameter that is not trained towards a value: param = momentum*param + (1-momentum)*value";
  let description = [{
    The statistics that batch normalization keeps for inference. In buffer form `outs` is the parameter.

    ```mlir
    keratin.move_average @bn_moving_mean, %mean {momentum = 0.99 : f64} : (tensor<64xf32>) -> ()
    ```
  }];
}

def Keratin_NormalNoiseOp : Keratin_InferredOp<"normal_noise",
    (ins Keratin_Floats:$like, I64:$seed, I64:$iteration, I64Attr:$layer),
    "$like `seed` `(` $seed `,` $iteration `)`"> {
  let summary = "independent numbers of the standard normal distribution, in the shape of a value";
  let description = [{
    Element e is the normal quantile at (w + 1/2) / 2^24, where w is the upper 24 bits of the word that
    `keratin.dropout` draws for e.

    ```mlir
    %n = keratin.normal_noise %x seed(%seed, %iteration) {layer = 2 : i64} : (tensor<?x6x4xf32>, i64, i64) -> tensor<?x6x4xf32>
    ```
  }];
}

#endif
