// Outputs that cannot be written are found before anything runs.
//
// REQUIRES: numpy
// RUN: rm -rf %t && %python %S/Inputs/make_arrays.py %t

func.func @main(%a: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  return %a, %a : tensor<2x3xf32>, tensor<2x3xf32>
}
func.func @fails(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %false = arith.constant false
  cf.assert %false, "the entry ran"
  return %a : tensor<2x3xf32>
}

// RUN: not cca-run %s --entry=main --input=%t/f32.npy 2>&1 | FileCheck %s --check-prefix=NOTHING
// NOTHING: error: nothing to do with the results: expects --output, --check or --time
// RUN: not cca-run %s --entry=main --input=%t/f32.npy --output=%t/o.npy 2>&1 | FileCheck %s --check-prefix=FEW
// FEW: errors-output.mlir:6:1: error: @main has 2 results: expects 2 --output files, but got 1
// RUN: not cca-run %s --entry=fails --input=%t/f32.npy --output=%t/o.npy --output=%t/p.npy 2>&1 | FileCheck %s --check-prefix=MANY
// MANY: error: @fails has 1 result: expects 1 --output file, but got 2
// RUN: not cca-run %s --entry=main --input=%t/f32.npy --check=%t/f32.npy 2>&1 | FileCheck %s --check-prefix=CHECKS
// CHECKS: error: @main has 2 results: expects 2 --check files, but got 1
// RUN: not cca-run %s --entry=main --input=%t/f32.npy --output=%t/o.npy --output=%t/o.npy 2>&1 | FileCheck %s --check-prefix=TWICE
// TWICE: error: expects different files for different results, but got --output='{{.*}}o.npy' twice

// RUN: not cca-run %s --entry=fails --input=%t/f32.npy --output=%t/no/o.npy 2>&1 | FileCheck %s --check-prefix=NO-FOLDER
// NO-FOLDER-NOT: the entry ran
// NO-FOLDER: error: cannot write '{{.*}}no/o.npy': No such file or directory
// RUN: not cca-run %s --entry=fails --input=%t/f32.npy --output=%t 2>&1 | FileCheck %s --check-prefix=FOLDER
// FOLDER-NOT: the entry ran
// FOLDER: error: cannot write '{{.*}}': Is a directory
// RUN: not cca-run %s --entry=fails --input=%t/f32.npy --output= 2>&1 | FileCheck %s --check-prefix=EMPTY
// EMPTY-NOT: the entry ran
// EMPTY: error: cannot write '': No such file or directory

// An output stays what it was until the result is there, and nothing lies beside it.
// RUN: mkdir %t/out && echo before > %t/out/o.npy
// RUN: not cca-run %s --entry=fails --input=%t/f32.npy --output=%t/out/o.npy 2>&1 | FileCheck %s --check-prefix=FAILS
// FAILS: error: the entry ran
// RUN: ls %t/out | FileCheck %s --check-prefix=LEFT
// RUN: FileCheck %s --check-prefix=BEFORE < %t/out/o.npy
// LEFT: {{^o.npy$}}
// LEFT-NOT: {{.}}
// BEFORE: before

// An output may replace an input.
// RUN: cp %t/f32.npy %t/io.npy
// RUN: cca-run %s --entry=main --input=%t/io.npy --output=%t/io.npy --output=/dev/null
// RUN: cmp %t/f32.npy %t/io.npy
