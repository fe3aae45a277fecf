// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a training step adds to the forward pass: gradients and updates.
#ifndef KERATIN_TRAINING_OPS_TD
#define KERATIN_TRAINING_OPS_TD

include "dialect/IR/KeratinBase.td"

def Keratin_MinimizeOp : Keratin_Op<"minimize", [AttrSizedOperandSegments]> {
  let summary = "one step of an optimizer against a sum of losses and penalties";
  let description = [{
    Stands for the backward pass and the updates of all trainable parameters; `keratin-differentiate` replaces it by them.
    Gradients are clipped to a norm for each parameter, to one norm for all of them, or element by element; before its
    update a parameter decays by `weight_decay` times the learning rate. With a null optimizer the gradients are written out instead (entry `gradients`).

    ```mlir
    keratin.minimize %loss learning_rate(%lr) iteration(%t) {optimizer = #keratin.adam<beta_1 = 0.9 : f64, …>} : tensor<f32>
    ```
  }];
  let arguments = (ins Variadic<RankedTensorOf<[F32, F64]>>:$losses, Optional<AnyFloat>:$learning_rate,
                       Optional<I64>:$iteration, OptionalAttr<OptimizerAttrInterface>:$optimizer,
                       OptionalAttr<F64Attr>:$clip_norm, OptionalAttr<F64Attr>:$global_clip_norm,
                       OptionalAttr<F64Attr>:$clip_value, OptionalAttr<F64Attr>:$weight_decay);
  let assemblyFormat = [{
    $losses (`learning_rate` `(` $learning_rate^ `:` type($learning_rate) `)` `iteration` `(` $iteration `)`)?
    attr-dict `:` type($losses)
  }];
  let hasVerifier = 1;
}

def Keratin_ActivationGradOp : Keratin_InferredOp<"activation_grad",
    (ins Keratin_Floats:$value, Keratin_Floats:$result_grad, Keratin_ActivationAttr:$kind,
         DefaultValuedAttr<DenseF64ArrayAttr, "{}">:$parameters),
    "$kind $value `,` $result_grad"> {
  let summary = "the gradient of an activation";
  let description = [{
    `value` is the activation's result, or its input for the kinds whose derivative needs that (see `activationGradReadsInput`).

    ```mlir
    %dz = keratin.activation_grad <relu> %y, %dy : (tensor<?x64xf32>, tensor<?x64xf32>) -> tensor<?x64xf32>
    ```
  }];
  let builders = [OpBuilder<(ins "::mlir::Value":$value, "::mlir::Value":$result_grad, "::keratin::Activation":$kind,
                                 "::mlir::ValueRange":$outs, "::mlir::ValueRange":$extents), [{
    build($_builder, $_state, value, result_grad, kind, ::llvm::ArrayRef<double>(), outs, extents);
  }]>];
}

def Keratin_DenseKernelGradOp : Keratin_InferredOp<"dense_kernel_grad",
    (ins Keratin_Floats:$input, Keratin_Floats:$preactivation_grad), "$input `,` $preactivation_grad"> {
  let summary = "the gradient of a kernel: inputᵀ · preactivation_grad over all rows and steps";
  let description = [{
    ```mlir
    %dw = keratin.dense_kernel_grad %x, %dz : (tensor<?x100xf32>, tensor<?x64xf32>) -> tensor<100x64xf32>
    ```
  }];
}

def Keratin_BiasGradOp : Keratin_InferredOp<"bias_grad", (ins Keratin_Floats:$preactivation_grad),
                                            "$preactivation_grad"> {
  let summary = "the gradient of a bias: the sum over all rows and steps";
  let description = [{
    ```mlir
    %db = keratin.bias_grad %dz : (tensor<?x64xf32>) -> tensor<64xf32>
    ```
  }];
}

def Keratin_DenseInputGradOp : Keratin_InferredOp<"dense_input_grad",
    (ins Keratin_Floats:$preactivation_grad, Keratin_Floats:$kernel, DefaultValuedAttr<I64Attr, "1">:$gates),
    "$preactivation_grad `,` $kernel"> {
  let summary = "the gradient of a dense layer's input: preactivation_grad · kernelᵀ";
  let description = [{
    ```mlir
    %dx = keratin.dense_input_grad %dz, %kernel : (tensor<?x64xf32>, tensor<100x64xf32>) -> tensor<?x100xf32>
    ```
  }];
}

def Keratin_EmbeddingGradOp : Keratin_ComputeOp<"embedding_grad",
    (ins Keratin_Integers:$indices, Keratin_Floats:$result_grad), "$indices `,` $result_grad"> {
  let summary = "the gradient of a table: the sum over the occurrences of each index";
  let description = [{
    ```mlir
    %de = keratin.embedding_grad %tokens, %dy : (tensor<?x?xi32>, tensor<?x?x128xf32>) -> tensor<10000x128xf32>
    ```
  }];
}

def Keratin_NormOp : Keratin_InferredOp<"norm", (ins Variadic<Keratin_Floats>:$values), "$values"> {
  let summary = "the Euclidean norm of gradients of parameters, all of their elements together";
  let description = [{
    ```mlir
    %n = keratin.norm %dw, %db : (tensor<100x64xf32>, tensor<64xf32>) -> tensor<f32>
    ```
  }];
}

def Keratin_UpdateOp : Keratin_ComputeOp<"update",
    (ins Keratin_Floats:$gradient, AnyFloat:$learning_rate, I64:$iteration, Optional<Keratin_Floats>:$norm,
         FlatSymbolRefAttr:$param, OptimizerAttrInterface:$optimizer, OptionalAttr<F64Attr>:$clip_norm,
         OptionalAttr<F64Attr>:$clip_value, OptionalAttr<F64Attr>:$weight_decay),
    "$param `,` $gradient `learning_rate` `(` $learning_rate `)` `iteration` `(` $iteration `)` (`norm` `(` $norm^ `)`)?"> {
  let summary = "an optimizer's update of one parameter";
  let description = [{
    `iteration` counts the updates done before. The gradient is multiplied by `clip_norm / max(norm, clip_norm)`, or
    clipped to [-clip_value, clip_value]; `weight_decay * learning_rate` of the parameter is taken off before. In buffer
    form `outs` are the parameter and its slots.

    ```mlir
    keratin.update @dense_bias, %g learning_rate(%lr) iteration(%t) {optimizer = #keratin.sgd<momentum = 0.0 : f64, nesterov = false>}
        : (tensor<64xf32>, f32, i64) -> ()
    ```
  }];
}

def Keratin_ConstrainOp : Keratin_ComputeOp<"constrain",
    (ins FlatSymbolRefAttr:$param, Keratin_ConstraintAttr:$constraint), "$param"> {
  let summary = "makes a parameter obey its constraint after an update";
  let description = [{
    ```mlir
    keratin.constrain @dense_bias {constraint = #keratin.non_neg} : () -> ()
    ```
  }];
}

def Keratin_WriteGradientOp : Keratin_ComputeOp<"write_gradient",
    (ins Keratin_Floats:$gradient, FlatSymbolRefAttr:$param), "$param `,` $gradient"> {
  let summary = "hands a parameter's gradient to the caller";
  let description = [{
    ```mlir
    keratin.write_gradient @dense_bias, %g : (tensor<64xf32>) -> ()
    ```
  }];
}

#endif
