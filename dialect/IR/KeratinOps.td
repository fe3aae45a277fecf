// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// All ops of the dialect, by topic.
#ifndef KERATIN_OPS_TD
#define KERATIN_OPS_TD

include "dialect/IR/LayerOps.td"
include "dialect/IR/TensorOps.td"
include "dialect/IR/RecurrentOps.td"
include "dialect/IR/LossOps.td"
include "dialect/IR/TrainingOps.td"
include "dialect/IR/BufferOps.td"
include "dialect/IR/EntryOps.td"

#endif
