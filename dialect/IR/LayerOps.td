// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parameters and the feed-forward layers.
#ifndef KERATIN_LAYER_OPS_TD
#define KERATIN_LAYER_OPS_TD

include "dialect/IR/KeratinBase.td"

def Keratin_ParamOp : Keratin_Op<"param", [Symbol, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a weight of the model";
  let description = [{
    Declares a weight in Keras's own shape and order, a vector, a matrix, or a matrix whose rows have several
    dimensions. Its bytes stay outside the module. `layout` is its working layout, set by `keratin-assign-layouts`. A
    `constraint` holds after every update. A parameter with a `product` is none of Keras's weights: packing computes
    it from others.

    ```mlir
    keratin.param @lstm_kernel : tensor<128x512xf32> {gates = 4 : i64, trainable}
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<RankedTensorOf<[F32, F64]>>:$type,
                       UnitAttr:$trainable, DefaultValuedAttr<I64Attr, "1">:$gates,
                       OptionalAttr<Keratin_LayoutAttr>:$layout, OptionalAttr<Keratin_ConstraintAttr>:$constraint,
                       OptionalAttr<Keratin_ProductAttr>:$product);
  let assemblyFormat = "$sym_name `:` $type attr-dict";
  let extraClassDeclaration = [{
    ::mlir::RankedTensorType getTensorType() { return ::llvm::cast<::mlir::RankedTensorType>(getType()); }
    /// Rows and columns of the weight seen as a matrix; a vector is one row.
    int64_t getMatrixRows();
    int64_t getMatrixColumns();
    /// The buffer type of the working weight: one panel after the other. Needs a layout.
    ::mlir::MemRefType getWorkingType();
  }];
  let hasVerifier = 1;
}

def Keratin_ReadParamOp : Keratin_Op<"read_param", [DeclareOpInterfaceMethods<SymbolUserOpInterface>,
                                                    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "the value of a parameter at the beginning of the entry";
  let description = [{
    Of more than two dimensions it is read as a matrix, whose columns are the last.

    ```mlir
    %kernel = keratin.read_param @lstm_kernel : tensor<128x512xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$param);
  let results = (outs Keratin_Floats:$result);
  let assemblyFormat = "$param `:` type($result) attr-dict";
}

def Keratin_EmbeddingOp : Keratin_InferredOp<"embedding",
    (ins Keratin_Integers:$indices, Keratin_Floats:$table, DefaultValuedAttr<I64Attr, "1">:$gates),
    "$indices `,` $table"> {
  let summary = "rows of a table";
  let description = [{
    `result[b, t, :] = table[indices[b, t], :]`. A negative index counts from the end of the table, as in Keras.
    Indices are checked by the entry before any op runs. `gates` is that of the `keratin.dense` whose results the
    table holds.

    ```mlir
    %y = keratin.embedding %tokens, %table : (tensor<?x?xi32>, tensor<10000x128xf32>) -> tensor<?x?x128xf32>
    ```
  }];
}

def Keratin_ComputeMaskOp : Keratin_InferredOp<"compute_mask", (ins Keratin_Integers:$indices), "$indices"> {
  let summary = "which time steps are real: index != 0";
  let description = [{
    The mask that Keras's `Embedding(mask_zero=True)` hands on.

    ```mlir
    %m = keratin.compute_mask %tokens : (tensor<?x?xi32>) -> tensor<?x?xi1>
    ```
  }];
}

def Keratin_DropoutOp : Keratin_InferredOp<"dropout",
    (ins Keratin_Floats:$input, I64:$seed, I64:$iteration, F64Attr:$rate, I64Attr:$layer,
         Keratin_NoiseAttr:$noise),
    "$input `seed` `(` $seed `,` $iteration `)`"> {
  let summary = "sets elements to zero with probability `rate` and scales the others by 1/(1-rate)";
  let description = [{
    Element e of this layer is kept where word e mod 4 of Philox4x32-10 with counter
    {e/4, 0, iteration low, iteration high} and key {seed low ^ layer, seed high}, as a fraction of 2^32,
    is at least `rate`. With noise `elementwise` e is the element's row-major position among the rows, steps and
    features of this call; with `per_sequence` it is row*features + feature, the same for all steps. The op is its own gradient: applied to the gradient of its result it
    gives that of its input, so no mask is stored. `rate` is below 1; Keras's rate of 1 gives zeros.

    ```mlir
    %y = keratin.dropout %x seed(%seed, %iteration) {rate = 0.2 : f64, layer = 1 : i64, noise = #keratin.noise<per_sequence>}
        : (tensor<?x?x128xf32>, i64, i64) -> tensor<?x?x128xf32>
    ```
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Keratin_DenseOp : Keratin_InferredOp<"dense",
    (ins Keratin_Floats:$input, Keratin_Floats:$kernel, Optional<Keratin_Floats>:$bias,
         DefaultValuedAttr<Keratin_ActivationAttr, "::keratin::Activation::linear">:$activation,
         DefaultValuedAttr<I64Attr, "1">:$gates),
    "$input `,` $kernel (`bias` `(` $bias^ `)`)?"> {
  let summary = "a product with a weight matrix, a bias and an activation";
  let description = [{
    `result[..., n] = activation(sum_k input[..., k] * kernel[k, n] + bias[n])` on the last axis of any rank.
    `gates` tells how many gates stand side by side in the columns, for products hoisted out of recurrent
    layers; it changes the order of columns in memory, not the meaning.

    ```mlir
    %y = keratin.dense %x, %kernel bias(%bias) {activation = #keratin.activation<relu>}
        : (tensor<?x100xf32>, tensor<100x64xf32>, tensor<64xf32>) -> tensor<?x64xf32>
    ```
  }];
}

def Keratin_ActivationOp : Keratin_InferredOp<"activation",
    (ins Keratin_Floats:$input, Keratin_ActivationAttr:$kind,
         DefaultValuedAttr<DenseF64ArrayAttr, "{}">:$parameters), "$kind $input"> {
  let summary = "an activation function";
  let description = [{
    Elementwise, but `softmax`, `log_softmax` and `sparsemax` work on the last axis. `parameters`, empty for Keras's defaults, are
    the slope of `leaky_relu`, alpha of `elu` and `celu`, and of
    - `rectifier` slope s, limit m and threshold t: min(x, m) where x > t, else s(x - t);
    - `affine` a and b: a x + b;
    - `inverse_root` e and m: min(1/sqrt(x + e), m).

    ```mlir
    %p = keratin.activation <sigmoid> %z : (tensor<?x1xf32>) -> tensor<?x1xf32>
    ```
  }];
  let builders = [OpBuilder<(ins "::mlir::Value":$input, "::keratin::Activation":$kind, "::mlir::ValueRange":$outs,
                                 "::mlir::ValueRange":$extents), [{
    build($_builder, $_state, input, kind, ::llvm::ArrayRef<double>(), outs, extents);
  }]>];
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizeMethod = 1;
}

def Keratin_AddOp : Keratin_InferredOp<"add", (ins Keratin_Floats:$lhs, Keratin_Floats:$rhs), "$lhs `,` $rhs"
> {
  let summary = "an elementwise sum";
  let description = [{
    Adds the gradients of a value that is used more than once.

    ```mlir
    %g = keratin.add %g0, %g1 : (tensor<?x64xf32>, tensor<?x64xf32>) -> tensor<?x64xf32>
    ```
  }];
}

#endif
