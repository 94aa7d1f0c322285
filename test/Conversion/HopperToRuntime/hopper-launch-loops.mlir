// RUN: cca-opt %s --hopper-launch-loops --split-input-file | FileCheck %s

// One thread for each element, neighbours next to each other; the last block has threads without one.
// CHECK-LABEL: @scale
// CHECK-SAME:    %[[IN:[^:]*]]: memref<?x8xf32>, %[[OUT:[^:]*]]: memref<?x8xf32>, %{{.*}}: index
// CHECK:         %[[ROWS:.*]] = arith.muli
// CHECK:         %[[COLUMNS:.*]] = arith.ceildivsi
// CHECK-NEXT:    %[[TOTAL:.*]] = arith.muli %[[ROWS]], %[[COLUMNS]] : index
// CHECK-DAG:     %[[THREADS:.*]] = arith.constant 256 : index
// CHECK:         %[[BLOCKS:.*]] = arith.ceildivsi %[[TOTAL]], %[[THREADS]]
// CHECK:         gpu.launch blocks(%[[BLOCK:.*]], %{{.*}}, %{{.*}}) in (%{{.*}} = %[[BLOCKS]],
// CHECK-SAME:      threads(%[[THREAD:.*]], %{{.*}}, %{{.*}}) in (%{{.*}} = %[[THREADS]],
// CHECK:           %[[FIRST:.*]] = arith.muli %[[BLOCK]], %{{.*}}
// CHECK:           %[[N:.*]] = arith.addi %[[FIRST]], %[[THREAD]]
// CHECK:           %[[INSIDE:.*]] = arith.cmpi slt, %[[N]], %[[TOTAL]]
// CHECK:           scf.if %[[INSIDE]] {
// CHECK:             %[[COLUMN:.*]] = arith.remui %[[N]], %[[COLUMNS]]
// CHECK:             memref.load %[[IN]]
// CHECK:             memref.store %{{.*}}, %[[OUT]]
// CHECK:         gpu.terminator
func.func @scale(%in: memref<?x8xf32>, %out: memref<?x8xf32>, %rows: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.parallel (%i, %j) = (%c0, %c0) to (%rows, %c8) step (%c1, %c1) {
    %x = memref.load %in[%i, %j] : memref<?x8xf32>
    %y = arith.addf %x, %x : f32
    memref.store %y, %out[%i, %j] : memref<?x8xf32>
  }
  return
}

// -----

// CHECK-LABEL: @copy
// CHECK-NOT:     memref.copy
// CHECK:         gpu.launch
// CHECK:           %[[X:.*]] = memref.load
// CHECK:           memref.store %[[X]]
func.func @copy(%in: memref<4x?xf32>, %out: memref<4x?xf32>) {
  memref.copy %in, %out : memref<4x?xf32> to memref<4x?xf32>
  return
}

// -----

// CHECK-LABEL: @exponential
// CHECK:         %[[LOG2E:.*]] = arith.constant 1.44269502 : f32
// CHECK:         %[[SCALED:.*]] = arith.mulf %{{.*}}, %[[LOG2E]]
// CHECK:         llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz.f32"(%[[SCALED]])
func.func @exponential(%m: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    %x = memref.load %m[%i] : memref<4xf32>
    %y = math.exp %x : f32
    memref.store %y, %m[%i] : memref<4xf32>
  }
  return
}
