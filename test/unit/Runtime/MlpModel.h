// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stands in for compiled code: golden case fit_basic (Dense(5, relu), Dense(1, sigmoid), binary
// crossentropy, Adam, accuracy) behind the C interface, in plain loops.
#pragma once

#include "keratin/abi.h"

/// Inputs "input_layer" float32 (-1, 4), output "dense_1" (-1, 1); batches of at most 8 rows. The
/// working layout holds the weights in reverse order, each padded with 3 floats.
extern "C" const krt_model mlpModel;
