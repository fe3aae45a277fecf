// RUN: keratin-opt %s -split-input-file -verify-diagnostics -keratin-verify-origins

#dense = #keratin.origin<layer = "dense", entry = "predict", backward = false>
func.func @origins_are_there(%a: f32) attributes {keratin.entry = "predict"} {
  %b = arith.addf %a, %a : f32 loc(fused<#dense>["model.py":3:1])
  return
}

// -----

#dense = #keratin.origin<layer = "dense", entry = "predict", backward = false>
func.func @origin_was_lost(%a: f32) attributes {keratin.entry = "predict"} {
  %b = arith.addf %a, %a : f32 loc(fused<#dense>["model.py":3:1])
  // expected-error @unknown {{has lost its origin}}
  %c = arith.mulf %b, %a : f32 loc(unknown)
  return
}
