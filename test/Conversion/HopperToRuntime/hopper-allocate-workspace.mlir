// RUN: cca-opt %s --allow-unregistered-dialect --hopper-allocate-workspace --canonicalize --cse --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @temporary(
// CHECK:         memref.view
// CHECK-LABEL: func.func @temporary_workspace_size(
func.func @temporary(%in: memref<?x64xf32>, %out: memref<?x64xf32>) {
  %c0 = arith.constant 0 : index
  %n = memref.dim %in, %c0 : memref<?x64xf32>
  %between = memref.alloc(%n) : memref<?x64xf32>
  memref.copy %in, %between : memref<?x64xf32> to memref<?x64xf32>
  memref.copy %between, %out : memref<?x64xf32> to memref<?x64xf32>
  return
}

// -----

module attributes {gpu.container_module} {
  gpu.module @kernels {
    gpu.func @step(%in: memref<?x?x2x64xbf16>, %out: memref<?x?x2x64xbf16>) kernel {
      gpu.return
    }
    gpu.func @widen(%in: memref<?x?x2x64xbf16>, %out: memref<?x?x4x64xf32>) kernel {
      gpu.return
    }
    gpu.func @sum(%in: memref<?x?x2x64xbf16>, %wide: memref<?x?x4x64xf32>, %out: memref<?x?xf32>) kernel {
      gpu.return
    }
  }

  // The third temporary takes the place of the first, which nobody uses any more; it is four times as large. The sizes
  // of the last depend on other ones, and it begins at the next multiple of 256.
  // CHECK-LABEL: func.func @chain(
  // CHECK-SAME:    %[[IN:.*]]: memref<?x?x2x64xbf16>, %[[OUT:.*]]: memref<?x?xf32>, %[[WORKSPACE:.*]]: memref<?xi8> {hopper.workspace})
  // CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
  // CHECK-DAG:     %[[C256:.*]] = arith.constant 256 : index
  // CHECK-DAG:     %[[C1024:.*]] = arith.constant 1024 : index
  // CHECK-DAG:     %[[BATCH:.*]] = memref.dim %[[IN]], %[[C0]]
  // CHECK-DAG:     %[[TOKENS:.*]] = memref.dim %[[IN]], %{{.*}}
  // CHECK:         %[[ROWS:.*]] = arith.muli %[[BATCH]], %[[C1024]]
  // CHECK:         %[[FIRST:.*]] = arith.muli %[[ROWS]], %[[TOKENS]]
  // CHECK:         %[[ROWS:.*]] = arith.muli %[[BATCH]], %[[C256]]
  // CHECK:         %[[SECOND:.*]] = arith.muli %[[ROWS]], %[[TOKENS]]
  // CHECK:         %[[THIRD:.*]] = arith.addi %[[FIRST]], %[[SECOND]]
  // CHECK:         %[[UNITS:.*]] = arith.ceildivui
  // CHECK:         %[[LAST:.*]] = arith.muli %[[UNITS]], %[[C256]]
  // CHECK:         %[[BYTES:.*]] = arith.addi %[[THIRD]], %[[LAST]]
  // CHECK:         hopper.check_workspace %[[WORKSPACE]], %[[BYTES]]
  func.func @chain(%in: memref<?x?x2x64xbf16>, %out: memref<?x?xf32>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %batch = memref.dim %in, %c0 : memref<?x?x2x64xbf16>
    %tokens = memref.dim %in, %c1 : memref<?x?x2x64xbf16>
    // CHECK: %[[A:.*]] = memref.view %[[WORKSPACE]][%[[C0]]][%[[BATCH]], %[[TOKENS]]] : memref<?xi8> to memref<?x?x2x64xbf16>
    %a = memref.alloc(%batch, %tokens) : memref<?x?x2x64xbf16>
    gpu.launch_func @kernels::@step blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
        args(%in : memref<?x?x2x64xbf16>, %a : memref<?x?x2x64xbf16>)
    // CHECK: %[[B:.*]] = memref.view %[[WORKSPACE]][%[[FIRST]]][%[[BATCH]], %[[TOKENS]]] : memref<?xi8> to memref<?x?x2x64xbf16>
    // CHECK: gpu.launch_func {{.*}} args(%[[A]] : {{.*}}, %[[B]] : {{.*}})
    %b = memref.alloc(%batch, %tokens) : memref<?x?x2x64xbf16>
    gpu.launch_func @kernels::@step blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
        args(%a : memref<?x?x2x64xbf16>, %b : memref<?x?x2x64xbf16>)
    // CHECK: %[[C:.*]] = memref.view %[[WORKSPACE]][%[[C0]]][%[[BATCH]], %[[TOKENS]]] : memref<?xi8> to memref<?x?x4x64xf32>
    %c = memref.alloc(%batch, %tokens) : memref<?x?x4x64xf32>
    gpu.launch_func @kernels::@widen blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
        args(%b : memref<?x?x2x64xbf16>, %c : memref<?x?x4x64xf32>)
    // CHECK: %[[D:.*]] = memref.view %[[WORKSPACE]][%[[THIRD]]][%{{.*}}] : memref<?xi8> to memref<?xf32>
    %more = arith.addi %tokens, %c1 : index
    %d = memref.alloc(%more) : memref<?xf32>
    %square = memref.reinterpret_cast %d to offset: [0], sizes: [%tokens, %c1], strides: [1, 1] : memref<?xf32> to memref<?x?xf32, strided<[1, 1]>>
    %cast = memref.cast %square : memref<?x?xf32, strided<[1, 1]>> to memref<?x?xf32, strided<[?, ?], offset: ?>>
    // Still used here, through a view.
    "use"(%c, %cast) : (memref<?x?x4x64xf32>, memref<?x?xf32, strided<[?, ?], offset: ?>>) -> ()
    memref.dealloc %a : memref<?x?x2x64xbf16>
    return
  }

  // CHECK-LABEL: func.func @chain_workspace_size(
  // CHECK-SAME:    %[[BATCH:.*]]: index {hopper.size_of = array<i64: 0, 0>}, %[[TOKENS:.*]]: index {hopper.size_of = array<i64: 0, 1>})
  // CHECK-SAME:    -> i64 attributes {hopper.workspace_size}
  // CHECK:         %[[BYTES:.*]] = arith.index_cast
  // CHECK:         return %[[BYTES]] : i64

  // CHECK-LABEL: func.func @no_temporaries(%{{.*}}: memref<?x?x2x64xbf16>) {
  // CHECK-NOT:   @no_temporaries_workspace_size
  func.func @no_temporaries(%in: memref<?x?x2x64xbf16>) {
    %c1 = arith.constant 1 : index
    gpu.launch_func @kernels::@step blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
        args(%in : memref<?x?x2x64xbf16>, %in : memref<?x?x2x64xbf16>)
    return
  }
}

// -----

// Nothing depends on run-time sizes.
// CHECK-LABEL: func.func @static(%{{.*}}: memref<?xi8> {hopper.workspace})
// CHECK:         memref.view
// CHECK-LABEL: func.func @static_workspace_size() -> i64
// CHECK:         %[[BYTES:.*]] = arith.constant 512 : i64
// CHECK-NEXT:    return %[[BYTES]] : i64
func.func @static() {
  %a = memref.alloc() : memref<65xf32>
  "use"(%a) : (memref<65xf32>) -> ()
  return
}

// -----

// A use in a loop is one of the whole loop: the two live at the same time.
// CHECK-LABEL: func.func @loop(
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C256:.*]] = arith.constant 256 : index
// CHECK-DAG:     memref.view %{{.*}}[%[[C0]]][] : memref<?xi8> to memref<64xf32>
// CHECK-DAG:     memref.view %{{.*}}[%[[C256]]][] : memref<?xi8> to memref<64xf32>
func.func @loop(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc() : memref<64xf32>
  %b = memref.alloc() : memref<64xf32>
  scf.for %i = %c0 to %n step %c1 {
    "use"(%a) : (memref<64xf32>) -> ()
    "use"(%b) : (memref<64xf32>) -> ()
  }
  return
}

// -----

// Who comes first is open.
// CHECK-LABEL: func.func @branches(
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C256:.*]] = arith.constant 256 : index
// CHECK-DAG:     memref.view %{{.*}}[%[[C0]]][] : memref<?xi8> to memref<64xf32>
// CHECK-DAG:     memref.view %{{.*}}[%[[C256]]][] : memref<?xi8> to memref<64xf32>
func.func @branches(%which: i1) {
  %a = memref.alloc() : memref<64xf32>
  "use"(%a) : (memref<64xf32>) -> ()
  cf.cond_br %which, ^more, ^end
^more:
  %b = memref.alloc() : memref<64xf32>
  "use"(%b) : (memref<64xf32>) -> ()
  cf.br ^end
^end:
  return
}
