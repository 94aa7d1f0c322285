// The passes of cca-to-cpu, in order.
//
// RUN: cca-opt %s --cca-to-cpu --dump-pass-pipeline -o /dev/null 2>&1 | FileCheck %s
// RUN: cca-opt %s --cca-to-cpu="runtime-checks=false fold-convs=true" --dump-pass-pipeline -o /dev/null 2>&1 \
// RUN:   | FileCheck %s --check-prefix=OPTIONS

// OPTIONS:      builtin.module(
// OPTIONS-NEXT:   cca-decompose
// OPTIONS-NEXT:   cca-fold-convs
// OPTIONS-NEXT:   cca-lower-to-linalg

// CHECK:      builtin.module(
// CHECK-NEXT:   generate-runtime-verification
// CHECK-NEXT:   cca-decompose{into=steps}
// CHECK-NEXT:   cca-lower-to-linalg
// CHECK-NEXT:   convert-elementwise-to-linalg
// CHECK-NEXT:   canonicalize
// CHECK-NEXT:   cse

// Tensors to buffers.
// CHECK-NEXT:   cca-reshape-dynamic-groups
// CHECK-NEXT:   func.func(
// CHECK-NEXT:     cca-protect-arguments
// CHECK-NEXT:   ),
// CHECK-NEXT:   eliminate-empty-tensors
// CHECK-NEXT:   one-shot-bufferize{{.*}}bufferize-function-boundaries=true{{.*}}function-boundary-type-conversion=identity-layout-map
// CHECK:        ownership-based-buffer-deallocation
// CHECK:        buffer-deallocation-simplification
// CHECK:        convert-bufferization-to-memref

// Buffers to loops.
// CHECK:        convert-linalg-to-loops
// CHECK:        scf-forall-to-for
// CHECK:        loop-invariant-code-motion
// CHECK-NEXT:   memref-expand
// CHECK-NEXT:   expand-strided-metadata
// CHECK-NEXT:   lower-affine

// Loops to the LLVM dialect.
// CHECK-NEXT:   arith-expand{include-bf16=true
// CHECK-NEXT:   convert-scf-to-cf
// CHECK:        llvm-request-c-wrappers
// CHECK:        convert-to-llvm
// CHECK-NEXT:   reconcile-unrealized-casts
// CHECK-NEXT:   canonicalize
// CHECK-NEXT:   cse
// CHECK-NEXT: )
