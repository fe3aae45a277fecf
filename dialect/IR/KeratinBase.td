// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The class behind every compute op: tensor or buffer form, effects, inferred types.
#ifndef KERATIN_BASE_TD
#define KERATIN_BASE_TD

include "dialect/IR/KeratinAttrs.td"
include "dialect/Interfaces/ComputeOpInterface.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Keratin_Array<list<Type> elements> : AnyTypeOf<[RankedTensorOf<elements>, MemRefOf<elements>],
    "array of " # !interleave(!foreach(t, elements, t.summary), " or ")>;

def Keratin_Floats : Keratin_Array<[F32, F64]>;
def Keratin_Integers : Keratin_Array<[I32]>;
def Keratin_Mask : Keratin_Array<[I1]>;
def Keratin_FloatsOrIntegers : Keratin_Array<[F32, F64, I32]>;
def Keratin_Result : RankedTensorOf<[F32, F64, I1]>;

// Subclasses list their own operands in `inputs` and print them with `operandFormat`.
class Keratin_ComputeOp<string mnemonic, dag inputs, string operandFormat, list<Trait> traits = []>
    : Keratin_Op<mnemonic, traits # [
        AttrSizedOperandSegments, ComputeOpInterface, DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let arguments = !con(inputs, (ins Variadic<AnyMemRef>:$outs, Variadic<Index>:$extents));
  let results = (outs Variadic<Keratin_Result>:$results);
  let assemblyFormat = operandFormat # [{
    (`outs` `(` $outs^ `)`)? (`extents` `(` $extents^ `)`)? attr-dict `:` functional-type(operands, results)
  }];
  code effects = [{
    void $cppClass::getEffects(
        ::llvm::SmallVectorImpl<::mlir::SideEffects::EffectInstance<::mlir::MemoryEffects::Effect>> &effects) {
      ::keratin::detail::getComputeEffects(*this, effects);
    }
  }];
  let extraClassDefinition = effects;
}

// A compute op whose result types follow from its operands.
class Keratin_InferredOp<string mnemonic, dag inputs, string operandFormat, list<Trait> traits = []>
    : Keratin_ComputeOp<mnemonic, inputs, operandFormat, traits # [InferTypeOpAdaptor]>;

#endif
