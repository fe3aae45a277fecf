// RUN: keratin-opt %s -keratin-emit-entries="name=model" -verify-diagnostics

// expected-error @below {{'func.func' op is marked as foretell, which is none of the entries with a body}}
func.func @foretell() -> i32 attributes {keratin.entry = "foretell"} {
  %ok = arith.constant 0 : i32
  return %ok : i32
}
