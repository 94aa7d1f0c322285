// Sizes that do not agree at run time make an op undefined: it must not be moved to where it was
// not executed before.
//
// RUN: cca-opt %s --loop-invariant-code-motion | FileCheck %s

// CHECK-LABEL: @stays_in_a_loop_that_may_not_run
//       CHECK: scf.for
//       CHECK:   cca.qk_mean
func.func @stays_in_a_loop_that_may_not_run(%n: index, %q: tensor<1x?x2x4xf32>, %k: tensor<1x?x1x4xf32>) -> tensor<1x?x2x4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%last = %q) -> tensor<1x?x2x4xf32> {
    %a, %b = cca.qk_mean %q, %k onto %q, %k : tensor<1x?x2x4xf32>, tensor<1x?x1x4xf32>
    scf.yield %a : tensor<1x?x2x4xf32>
  }
  return %r : tensor<1x?x2x4xf32>
}
