// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementary functions and activations as inlined arithmetic, on scalars and vectors alike.
#pragma once

#include "compiler/Conversion/KeratinToLoops/KernelBuilder.h"

namespace keratin {

/// e^x, at most 1 ULP off; infinite above 88.73, and zero below the smallest normal number. NaN
/// passes.
Value emitExp(KernelBuilder &k, Value x);
/// Natural logarithm of a positive normal number, at most 1 ULP off; 0 gives -inf, NaN passes.
Value emitLog(KernelBuilder &k, Value x);
/// log(1 + e^x) without overflow.
Value emitSoftplus(KernelBuilder &k, Value x);
/// At most 2 ULP off over all floats.
Value emitSigmoid(KernelBuilder &k, Value x);
/// 1/(1+e^-x): cheaper, at most 3 ULP off. For gates.
Value emitGateSigmoid(KernelBuilder &k, Value x);
/// At most 2 ULP off over all floats.
Value emitTanh(KernelBuilder &k, Value x);
/// 2/(1+e^-2x) - 1: at most 2.5e-7 (absolute) off, cheaper than emitTanh. For gates.
Value emitGateTanh(KernelBuilder &k, Value x);

/// The distribution function of the standard normal distribution, relative error about 2e-7.
Value emitNormalDistribution(KernelBuilder &k, Value x);

// Activations.cpp

/// An elementwise activation (no row-wise one). `gate` allows the cheaper sigmoid and tanh;
/// `parameters` are those of keratin.activation.
Value emitActivation(KernelBuilder &k, Activation kind, Value x, bool gate = false,
                     ArrayRef<double> parameters = {});
/// The derivative of an activation from `value`: its result, or for the kinds in
/// `activationGradReadsInput` its input.
Value emitActivationDerivative(KernelBuilder &k, Activation kind, Value value,
                               ArrayRef<double> parameters = {});

} // namespace keratin
