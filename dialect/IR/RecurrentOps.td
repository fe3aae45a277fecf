// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recurrent layers and their gradients.
#ifndef KERATIN_RECURRENT_OPS_TD
#define KERATIN_RECURRENT_OPS_TD

include "dialect/IR/KeratinBase.td"
include "dialect/Interfaces/RecurrentOpInterface.td"

def Keratin_LSTMOp : Keratin_InferredOp<"lstm",
    (ins Keratin_Floats:$input, Optional<Keratin_Floats>:$kernel, Keratin_Floats:$recurrent_kernel,
         Optional<Keratin_Floats>:$bias, Optional<Keratin_Mask>:$mask, Optional<Keratin_Floats>:$initial_h,
         Optional<Keratin_Floats>:$initial_c,
         DefaultValuedAttr<Keratin_ActivationAttr, "::keratin::Activation::tanh">:$activation,
         DefaultValuedAttr<Keratin_ActivationAttr, "::keratin::Activation::sigmoid">:$recurrent_activation,
         UnitAttr:$return_sequences, UnitAttr:$go_backwards, UnitAttr:$tape),
    [{$input (`kernel` `(` $kernel^ `)`)? `recurrent` `(` $recurrent_kernel `)` (`bias` `(` $bias^ `)`)?
      (`mask` `(` $mask^ `)`)? (`initial` `(` $initial_h^ `,` $initial_c `)`)?}],
    [RecurrentOpInterface]> {
  let summary = "a long short-term memory layer";
  let description = [{
    Column blocks of the weights are i, f, c, o. With z(t) = x(t) kernel + bias (or, once hoisted, the input
    itself), s = recurrent_activation, a = activation:

        i, f, o = s(z_{i,f,o} + h(t-1) recurrent_kernel_{i,f,o})
        g       = a(z_c + h(t-1) recurrent_kernel_c)
        c(t)    = f c(t-1) + i g
        h(t)    = o a(c(t))

    Where `mask[b, t]` is false, states and output of row b stay as they are. Missing initial states are zero.
    (With a mask and an initial state both, Keras puts out zeros, not the initial h, until the first real step of a row.
    It ignores the mask that comes with the input of a layer with initial states, so only an explicit `mask=` differs,
    which the front end refuses.)
    With `go_backwards` steps run from the last to the first and outputs stand in processing order.

    Results: the output ([rows, units], or [rows, steps, units] with `return_sequences`) and, with `tape`,
    what the gradient reads: the hidden states of all steps unless they are the output, the gates [rows, steps,
    4*units] after activation, the cell states [rows, steps, units]. Hidden and cell states stand in processing order.
    The gates take over the buffer of a hoisted input and so stand in the order of the input; those of masked steps
    are unspecified.

    ```mlir
    %h = keratin.lstm %x kernel(%w) recurrent(%u) bias(%b) mask(%m)
        : (tensor<?x?x128xf32>, tensor<128x512xf32>, tensor<128x512xf32>, tensor<512xf32>, tensor<?x?xi1>) -> tensor<?x128xf32>
    ```
  }];
  let extraClassDeclaration = [{
    int64_t getGates() { return 4; }
    int64_t getUnits() {
      auto type = ::llvm::cast<::mlir::ShapedType>(getRecurrentKernel().getType());
      return unitsOf(type);
    }
    ::mlir::OpOperand *getReusableOperand(unsigned result);
    static int64_t unitsOf(::mlir::ShapedType recurrentKernel);
  }];
  let hasVerifier = 1;
}

def Keratin_LSTMGradOp : Keratin_InferredOp<"lstm_grad",
    (ins Keratin_Floats:$output_grad, Keratin_Floats:$recurrent_kernel, Keratin_Floats:$gates_tape,
         Keratin_Floats:$cells_tape, Optional<Keratin_Mask>:$mask, Optional<Keratin_Floats>:$initial_c,
         DefaultValuedAttr<Keratin_ActivationAttr, "::keratin::Activation::tanh">:$activation,
         DefaultValuedAttr<Keratin_ActivationAttr, "::keratin::Activation::sigmoid">:$recurrent_activation,
         UnitAttr:$return_sequences, UnitAttr:$go_backwards, UnitAttr:$state_grads),
    [{$output_grad `recurrent` `(` $recurrent_kernel `)` `tape` `(` $gates_tape `,` $cells_tape `)`
      (`mask` `(` $mask^ `)`)? (`initial` `(` $initial_c^ `)`)?}]> {
  let summary = "back-propagation of an LSTM layer through all steps";
  let description = [{
    The gradient of a hoisted `keratin.lstm` with respect to its input z, [rows, steps, 4*units] in the order of the
    input and zero at masked steps, and, with `state_grads`, to the initial h and c. The gradient of the recurrent kernel is a product over all steps,
    `keratin.recurrent_kernel_grad`. The result takes over the buffer of the gates.

    ```mlir
    %dz = keratin.lstm_grad %dh recurrent(%u) tape(%gates, %cells)
        : (tensor<?x128xf32>, tensor<128x512xf32>, tensor<?x?x512xf32>, tensor<?x?x128xf32>) -> tensor<?x?x512xf32>
    ```
  }];
  let extraClassDeclaration = [{
    int64_t getGates() { return 4; }
    ::mlir::OpOperand *getReusableOperand(unsigned result);
  }];
  let hasVerifier = 1;
}

def Keratin_RecurrentKernelGradOp : Keratin_InferredOp<"recurrent_kernel_grad",
    (ins Keratin_Floats:$hidden, Keratin_Floats:$preactivation_grad, Optional<Keratin_Floats>:$initial_h,
         UnitAttr:$go_backwards),
    "$hidden `,` $preactivation_grad (`initial` `(` $initial_h^ `)`)?"> {
  let summary = "the gradient of a recurrent kernel over all steps";
  let description = [{
    `result[k, n] = sum over rows and steps of h(t-1)[k] * dz(t)[n]`: one product over all steps, in which the
    hidden states are those of the step before (zero, or the initial state, for the first). `hidden` stands in
    processing order, `preactivation_grad` in the order of the input.

    ```mlir
    %du = keratin.recurrent_kernel_grad %hidden, %dz
        : (tensor<?x?x128xf32>, tensor<?x?x512xf32>) -> tensor<128x512xf32>
    ```
  }];
}

#endif
