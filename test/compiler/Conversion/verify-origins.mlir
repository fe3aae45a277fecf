// RUN: not keratin-opt %s -split-input-file -keratin-verify-origins 2>&1 | FileCheck %s --implicit-check-not=error:

#predict = #keratin.origin<layer = "model", entry = "predict", backward = false>
#dense = #keratin.origin<layer = "dense", entry = "predict", backward = true>
module {
  func.func @origins_are_there(%a: f32, %n: index) -> f32 attributes {keratin.entry = "predict"} {
    %zero = arith.constant 0 : index loc(unknown)
    %one = arith.constant 1 : index loc(unknown)
    scf.for %i = %zero to %n step %one {
      %c = arith.mulf %a, %a : f32 loc(fused<#dense>["model.py":3:1])
    } loc(fused<#dense>["model.py":3:1])
    %b = arith.addf %a, %a : f32 loc(fused<#dense>["model.py":3:1])
    return %b : f32 loc(fused<#predict>["model.py":1:1])
  } loc(fused<#predict>["model.py":1:1])
} loc("model.py":1:1)

// -----

// Written by hand: no entry has an origin.
func.func @by_hand(%a: f32) attributes {keratin.entry = "predict"} {
  %b = arith.addf %a, %a : f32 loc(unknown)
  return
}

// -----

#predict = #keratin.origin<layer = "model", entry = "predict", backward = false>
module {
  func.func @any_location_is_not_enough(%a: f32) attributes {keratin.entry = "predict"} {
    // CHECK: <unknown>:0: error: has lost its origin
    %b = arith.addf %a, %a : f32 loc(unknown)
    // CHECK: model.py:2:1: error: has lost its origin
    %c = arith.addf %a, %a : f32 loc("model.py":2:1)
    // CHECK: model.py:3:1: error: has lost its origin
    %d = arith.addf %a, %a : f32 loc(fused["model.py":3:1, "model.py":4:1])
    // CHECK: model.py:5:1: error: has lost its origin
    return loc("model.py":5:1)
  } loc(fused<#predict>["model.py":1:1])
} loc("model.py":1:1)

// -----

#predict = #keratin.origin<layer = "model", entry = "predict", backward = false>
#nobody = #keratin.origin<layer = "", entry = "predict", backward = false>
#nowhere = #keratin.origin<layer = "dense", entry = "", backward = false>
module {
  func.func @origins_say_all(%a: f32) attributes {keratin.entry = "predict"} {
    // CHECK: model.py:2:1: error: has lost its layer
    %b = arith.addf %a, %a : f32 loc(fused<#nobody>["model.py":2:1])
    // CHECK: model.py:3:1: error: has lost its entry
    %c = arith.addf %a, %a : f32 loc(fused<#nowhere>["model.py":3:1])
    // CHECK: <unknown>:0: error: {{.*}}has lost its line of the script
    %d = arith.addf %a, %a : f32 loc(fused<#predict>[unknown])
    return loc(fused<#predict>["model.py":1:1])
  } loc(fused<#predict>["model.py":1:1])
} loc("model.py":1:1)

// -----

// A model made through the C++ interface has no script.
#predict = #keratin.origin<layer = "model", entry = "predict", backward = false>
module {
  func.func @without_a_script(%a: f32) attributes {keratin.entry = "predict"} {
    %b = arith.addf %a, %a : f32 loc(fused<#predict>[unknown])
    return loc(fused<#predict>[unknown])
  } loc(fused<#predict>[unknown])
} loc(unknown)

// -----

// Other functions of a model, in any dialect, and inside of regions.
#predict = #keratin.origin<layer = "model", entry = "predict", backward = false>
module {
  func.func private @entry() attributes {keratin.entry = "predict"} loc(fused<#predict>["model.py":1:1])
  llvm.func @model_init(%a: f32, %p: !llvm.ptr) {
    // CHECK: <unknown>:0: error: has lost its origin
    llvm.store %a, %p : f32, !llvm.ptr loc(unknown)
    llvm.return loc(fused<#predict>["model.py":1:1])
  } loc(fused<#predict>["model.py":1:1])
  func.func @helper(%a: f32, %p: i1) {
    scf.if %p {
      // CHECK: <unknown>:0: error: has lost its origin
      %b = arith.addf %a, %a : f32 loc(unknown)
    } loc(fused<#predict>["model.py":1:1])
    return loc(fused<#predict>["model.py":1:1])
  } loc(fused<#predict>["model.py":1:1])
} loc("model.py":1:1)
