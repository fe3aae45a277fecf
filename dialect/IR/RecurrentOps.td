// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recurrent layers and their gradients.
#ifndef KERATIN_RECURRENT_OPS_TD
#define KERATIN_RECURRENT_OPS_TD

include "dialect/IR/KeratinBase.td"
include "dialect/Interfaces/RecurrentOpInterface.td"

// What all recurrent layers are made of; `cell` are the attributes of the cell's own.
class Keratin_RecurrentOp<string mnemonic, dag cell> : Keratin_InferredOp<mnemonic,
    !con((ins Keratin_Floats:$input, Optional<Keratin_Floats>:$kernel, Keratin_Floats:$recurrent_kernel,
              Optional<Keratin_Floats>:$bias, Optional<Keratin_Floats>:$recurrent_bias, Optional<Keratin_Mask>:$mask,
              Variadic<Keratin_Floats>:$initial_states, Optional<Keratin_Floats>:$input_factors,
              Optional<Keratin_Floats>:$recurrent_factors,
              DefaultValuedAttr<Keratin_ActivationAttr, "::keratin::Activation::tanh">:$activation),
         cell,
         (ins UnitAttr:$return_sequences, UnitAttr:$return_state, UnitAttr:$go_backwards,
              UnitAttr:$zero_output_for_mask, UnitAttr:$tape)),
    [{$input (`kernel` `(` $kernel^ `)`)? `recurrent` `(` $recurrent_kernel `)` (`bias` `(` $bias^ `)`)?
      (`recurrent_bias` `(` $recurrent_bias^ `)`)? (`mask` `(` $mask^ `)`)? (`initial` `(` $initial_states^ `)`)?
      (`input_factors` `(` $input_factors^ `)`)? (`recurrent_factors` `(` $recurrent_factors^ `)`)?}],
    [RecurrentOpInterface]> {
  let hasVerifier = 1;
  code common = [{
    ::mlir::OpOperand *getReusableOperand(unsigned result) {
      bool isGates = getTape() && result == getGatesResult();
      return isGates && !getKernel() ? &getInputMutable() : nullptr;
    }
  }];
}

def Keratin_LSTMOp : Keratin_RecurrentOp<"lstm",
    (ins DefaultValuedAttr<Keratin_ActivationAttr, "::keratin::Activation::sigmoid">:$recurrent_activation)> {
  let summary = "a long short-term memory layer";
  let description = [{
    Column blocks of the weights are i, f, c, o. With z(t) = x(t) kernel + bias (or, once hoisted, the input
    itself), q(t) = h(t-1) recurrent_kernel + recurrent_bias, s = recurrent_activation, a = activation:

        i, f, o = s(z + q) of their blocks
        g       = a(z_c + q_c)
        c(t)    = f c(t-1) + i g
        h(t)    = o a(c(t))

    States are h and c. The inner tape are the cell states.

    What holds for all recurrent layers: where `mask[b, t]` is false, the states of row b stay as they are and the output
    is that of the step before (zero if there is none, or with `zero_output_for_mask`). Missing initial
    states are zero. With `go_backwards` steps run from the last to the first, and outputs stand in processing order.
    `input_factors` and `recurrent_factors`, [rows, gates, features] and [rows, gates, units], are multiplied with x(t) and
    h(t-1) in front of the products with each gate's columns: dropout.

    Results: the output ([rows, units], or [rows, steps, units] with `return_sequences`), with `return_state` the states
    after the last step, and, with `tape`, what the gradient reads: the hidden states of all steps unless they are the
    output, the gates [rows, steps, gates*units] after activation and the inner tape [rows, steps, units] of cells that
    have one. Hidden states and inner tape stand in processing order. The gates take over the buffer of a hoisted input and
    so stand in the order of the input; those of masked steps are unspecified.

    ```mlir
    %h = keratin.lstm %x kernel(%w) recurrent(%u) bias(%b) mask(%m)
        : (tensor<?x?x128xf32>, tensor<128x512xf32>, tensor<128x512xf32>, tensor<512xf32>, tensor<?x?xi1>) -> tensor<?x128xf32>
    ```
  }];
  let extraClassDeclaration = common # [{
    int64_t getGates() { return 4; }
    bool hasCellState() { return true; }
    bool hasInnerTape() { return true; }
  }];
}

def Keratin_GRUOp : Keratin_RecurrentOp<"gru",
    (ins DefaultValuedAttr<Keratin_ActivationAttr, "::keratin::Activation::sigmoid">:$recurrent_activation,
         UnitAttr:$reset_after)> {
  let summary = "a gated recurrent unit layer";
  let description = [{
    Column blocks of the weights are z, r, h. With x and q as in `keratin.lstm`, s = recurrent_activation, a =
    activation:

        z, r = s(x + q) of their blocks
        g    = a(x_h + r q_h)                             with reset_after
        g    = a(x_h + (r h(t-1)) recurrent_kernel_h)     without
        h(t) = z h(t-1) + (1 - z) g

    The state is h. The inner tape is q_h with `reset_after`, else r h(t-1).

    ```mlir
    %h = keratin.gru %z recurrent(%u) recurrent_bias(%d) {reset_after}
        : (tensor<?x?x96xf32>, tensor<32x96xf32>, tensor<96xf32>) -> tensor<?x32xf32>
    ```
  }];
  let extraClassDeclaration = common # [{
    int64_t getGates() { return 3; }
    bool hasInnerTape() { return true; }
    bool resetsBeforeProduct() { return !getResetAfter(); }
  }];
}

def Keratin_SimpleRNNOp : Keratin_RecurrentOp<"simple_rnn", (ins)> {
  let summary = "a fully connected recurrent layer";
  let description = [{
    `h(t) = activation(x(t) kernel + bias + h(t-1) recurrent_kernel)`. The state is h. See `keratin.lstm`.

    ```mlir
    %h = keratin.simple_rnn %z recurrent(%u) : (tensor<?x?x32xf32>, tensor<32x32xf32>) -> tensor<?x32xf32>
    ```
  }];
  let extraClassDeclaration = common # [{
    int64_t getGates() { return 1; }
    /// It has no gates but the state itself.
    ::keratin::Activation getRecurrentActivation() { return getActivation(); }
  }];
}

class Keratin_RecurrentGradOp<string mnemonic, dag cell> : Keratin_InferredOp<mnemonic,
    !con((ins Optional<Keratin_Floats>:$output_grad, Optional<Keratin_Floats>:$final_h_grad,
              Optional<Keratin_Floats>:$final_c_grad, Keratin_Floats:$recurrent_kernel, Keratin_Floats:$gates_tape,
              Optional<Keratin_Floats>:$state_tape, Optional<Keratin_Floats>:$inner_tape, Optional<Keratin_Mask>:$mask,
              Optional<Keratin_Floats>:$initial_state, Optional<Keratin_Floats>:$recurrent_factors,
              DefaultValuedAttr<Keratin_ActivationAttr, "::keratin::Activation::tanh">:$activation),
         cell,
         (ins UnitAttr:$return_sequences, UnitAttr:$go_backwards, UnitAttr:$zero_output_for_mask,
              UnitAttr:$state_grads)),
    [{($output_grad^)? (`final_h` `(` $final_h_grad^ `)`)? (`final_c` `(` $final_c_grad^ `)`)?
      `recurrent` `(` $recurrent_kernel `)` `tape` `(` $gates_tape (`,` $state_tape^)? `)`
      (`inner` `(` $inner_tape^ `)`)? (`mask` `(` $mask^ `)`)? (`initial` `(` $initial_state^ `)`)?
      (`recurrent_factors` `(` $recurrent_factors^ `)`)?}],
    [RecurrentGradOpInterface]> {
  let hasVerifier = 1;
  code common = [{
    ::mlir::OpOperand *getReusableOperand(unsigned result) {
      return result == 0 ? &getGatesTapeMutable() : nullptr;
    }
  }];
}

def Keratin_LSTMGradOp : Keratin_RecurrentGradOp<"lstm_grad",
    (ins DefaultValuedAttr<Keratin_ActivationAttr, "::keratin::Activation::sigmoid">:$recurrent_activation)> {
  let summary = "back-propagation of an LSTM layer through all steps";
  let description = [{
    Given the gradients of the output and of the final states, as far as there are any, the gradient of a hoisted
    `keratin.lstm` with respect to its input z, [rows, steps, gates*units] in the order of the input and zero at masked
    steps, and, with `state_grads`, to the initial states. The gradient of the recurrent kernel is a product over all
    steps, `keratin.recurrent_kernel_grad`. The first result takes over the buffer of the gates. `state_tape` and
    `initial_state` are those of the state that the cell reads elementwise: here c.

    ```mlir
    %dz = keratin.lstm_grad %dh recurrent(%u) tape(%gates, %cells)
        : (tensor<?x128xf32>, tensor<128x512xf32>, tensor<?x?x512xf32>, tensor<?x?x128xf32>) -> tensor<?x?x512xf32>
    ```
  }];
  let extraClassDeclaration = common # [{
    int64_t getGates() { return 4; }
    bool hasCellState() { return true; }
  }];
}

def Keratin_GRUGradOp : Keratin_RecurrentGradOp<"gru_grad",
    (ins DefaultValuedAttr<Keratin_ActivationAttr, "::keratin::Activation::sigmoid">:$recurrent_activation,
         UnitAttr:$reset_after)> {
  let summary = "back-propagation of a GRU layer through all steps";
  let description = [{
    As `keratin.lstm_grad`; the state tape are the hidden states. With `reset_after` a second result, of the type of the
    first, is the gradient of q, which differs from that of z in the block h.

    ```mlir
    %dz:2 = keratin.gru_grad %dh recurrent(%u) tape(%gates, %hidden) inner(%q) {reset_after}
        : (tensor<?x32xf32>, tensor<32x96xf32>, tensor<?x?x96xf32>, tensor<?x?x32xf32>, tensor<?x?x32xf32>)
        -> (tensor<?x?x96xf32>, tensor<?x?x96xf32>)
    ```
  }];
  let extraClassDeclaration = common # [{
    int64_t getGates() { return 3; }
    bool hasRecurrentGrad() { return getResetAfter(); }
    bool resetsBeforeProduct() { return !getResetAfter(); }
  }];
}

def Keratin_SimpleRNNGradOp : Keratin_RecurrentGradOp<"simple_rnn_grad", (ins)> {
  let summary = "back-propagation of a SimpleRNN layer through all steps";
  let description = [{
    As `keratin.lstm_grad`; there is no state tape.

    ```mlir
    %dz = keratin.simple_rnn_grad %dh recurrent(%u) tape(%gates)
        : (tensor<?x32xf32>, tensor<32x32xf32>, tensor<?x?x32xf32>) -> tensor<?x?x32xf32>
    ```
  }];
  let extraClassDeclaration = common # [{
    int64_t getGates() { return 1; }
    ::keratin::Activation getRecurrentActivation() { return getActivation(); }
  }];
}

def Keratin_RecurrentKernelGradOp : Keratin_InferredOp<"recurrent_kernel_grad",
    (ins Keratin_Floats:$hidden, Keratin_Floats:$preactivation_grad, Optional<Keratin_Floats>:$initial_h,
         Optional<Keratin_Floats>:$candidate, Optional<Keratin_Floats>:$factors, UnitAttr:$go_backwards),
    [{$hidden `,` $preactivation_grad (`initial` `(` $initial_h^ `)`)? (`candidate` `(` $candidate^ `)`)?
      (`factors` `(` $factors^ `)`)?}]> {
  let summary = "the gradient of a recurrent kernel over all steps";
  let description = [{
    `result[k, n] = sum over rows and steps of h(t-1)[k] * dz(t)[n]`: one product over all steps, in which the
    hidden states are those of the step before (zero, or the initial state, for the first). `hidden` stands in
    processing order, `preactivation_grad` in the order of the input. `candidate`, in processing order, is what the last
    gate's columns were multiplied with at each step in place of h(t-1): r h(t-1) of a GRU that resets
    before. `factors`, [rows, gates, units], are those of the forward pass, already in `candidate`.

    ```mlir
    %du = keratin.recurrent_kernel_grad %hidden, %dz
        : (tensor<?x?x128xf32>, tensor<?x?x512xf32>) -> tensor<128x512xf32>
    ```
  }];
}

def Keratin_GatedDenseOp : Keratin_InferredOp<"gated_dense",
    (ins Keratin_Floats:$input, Keratin_Floats:$kernel, Keratin_Floats:$factors, Optional<Keratin_Floats>:$bias),
    "$input `,` $kernel `factors` `(` $factors `)` (`bias` `(` $bias^ `)`)?"> {
  let summary = "the input products of a recurrent layer that drops its input for each gate apart";
  let description = [{
    `result[b, t, g*U + u] = sum_k input[b, t, k] * factors[b, g, k] * kernel[k, g*U + u] + bias[g*U + u]`.

    ```mlir
    %z = keratin.gated_dense %x, %kernel factors(%f)
        : (tensor<?x?x8xf32>, tensor<8x96xf32>, tensor<?x3x8xf32>) -> tensor<?x?x96xf32>
    ```
  }];
}

def Keratin_GatedKernelGradOp : Keratin_InferredOp<"gated_kernel_grad",
    (ins Keratin_Floats:$input, Keratin_Floats:$preactivation_grad, Keratin_Floats:$factors),
    "$input `,` $preactivation_grad `factors` `(` $factors `)`"> {
  let summary = "the gradient of the kernel of a keratin.gated_dense";
  let description = [{
    ```mlir
    %dk = keratin.gated_kernel_grad %x, %dz factors(%f)
        : (tensor<?x?x8xf32>, tensor<?x?x96xf32>, tensor<?x3x8xf32>) -> tensor<8x96xf32>
    ```
  }];
}

def Keratin_GatedInputGradOp : Keratin_InferredOp<"gated_input_grad",
    (ins Keratin_Floats:$preactivation_grad, Keratin_Floats:$kernel, Keratin_Floats:$factors),
    "$preactivation_grad `,` $kernel `factors` `(` $factors `)`"> {
  let summary = "the gradient of the input of a keratin.gated_dense";
  let description = [{
    ```mlir
    %dx = keratin.gated_input_grad %dz, %kernel factors(%f)
        : (tensor<?x?x96xf32>, tensor<8x96xf32>, tensor<?x3x8xf32>) -> tensor<?x?x8xf32>
    ```
  }];
}

def Keratin_DropoutFactorsOp : Keratin_InferredOp<"dropout_factors",
    (ins Keratin_Floats:$like, I64:$seed, I64:$iteration, F64Attr:$rate, I64Attr:$layer, I64Attr:$gates,
         I64Attr:$features),
    "$like `seed` `(` $seed `,` $iteration `)`"> {
  let summary = "what dropout multiplies with, drawn once a row for each gate and feature";
  let description = [{
    0 with probability `rate`, else 1/(1-rate), for each row of `like`: [rows, gates, features]. Element e, row-major, is
    kept as element e of `keratin.dropout`.

    ```mlir
    %f = keratin.dropout_factors %x seed(%seed, %iteration) {rate = 0.2 : f64, layer = 1 : i64, gates = 4 : i64, features = 8 : i64}
        : (tensor<?x?x8xf32>, i64, i64) -> tensor<?x4x8xf32>
    ```
  }];
}

def Keratin_RowOp : Keratin_InferredOp<"row", (ins Keratin_Floats:$matrix, I64Attr:$row), "$matrix"> {
  let summary = "a row of a parameter: one of the two biases of a GRU";
  let description = [{
    ```mlir
    %d = keratin.row %bias {row = 1 : i64} : (tensor<2x96xf32>) -> tensor<96xf32>
    ```
  }];
}

def Keratin_RowGradOp : Keratin_InferredOp<"row_grad", (ins Keratin_Floats:$row_gradient, I64Attr:$row, I64Attr:$rows),
                                          "$row_gradient"> {
  let summary = "the gradient of a parameter of which one row was read: zero elsewhere";
  let description = [{
    ```mlir
    %g = keratin.row_grad %d {row = 1 : i64, rows = 2 : i64} : (tensor<96xf32>) -> tensor<2x96xf32>
    ```
  }];
}

def Keratin_ReverseStepsOp : Keratin_InferredOp<"reverse_steps", (ins Keratin_Floats:$input), "$input"> {
  let summary = "the steps of a sequence, last first";
  let description = [{
    ```mlir
    %y = keratin.reverse_steps %x : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    ```
  }];
}

def Keratin_MergeDirectionsOp : Keratin_InferredOp<"merge_directions",
    (ins Keratin_Floats:$forward, Keratin_Floats:$backward, Keratin_MergeAttr:$mode),
    "$mode $forward `,` $backward"> {
  let summary = "the output of a bidirectional layer from those of its two directions";
  let description = [{
    The steps of `backward`, if any, stand last first. `concat` puts features side by side, the others work elementwise.

    ```mlir
    %y = keratin.merge_directions <concat> %f, %b : (tensor<?x?x4xf32>, tensor<?x?x3xf32>) -> tensor<?x?x7xf32>
    ```
  }];
}

def Keratin_MergeDirectionsGradOp : Keratin_InferredOp<"merge_directions_grad",
    (ins Keratin_Floats:$result_grad, Keratin_Floats:$forward, Keratin_Floats:$backward, Keratin_MergeAttr:$mode),
    "$mode $result_grad `,` $forward `,` $backward"> {
  let summary = "the gradients of both directions of a bidirectional layer";
  let description = [{
    ```mlir
    %g:2 = keratin.merge_directions_grad <mul> %dy, %f, %b
        : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>)
    ```
  }];
}

#endif
