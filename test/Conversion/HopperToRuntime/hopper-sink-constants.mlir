// Constants that a kernel is launched with are constants of the kernel.
//
// RUN: cca-opt %s --hopper-sink-constants | FileCheck %s

module attributes {gpu.container_module} {
  // CHECK-LABEL: gpu.module @kernels
  gpu.module @kernels {
    // CHECK: gpu.func @once(%[[N:.*]]: i32, %[[OUT:.*]]: memref<?xi32>) kernel
    // CHECK-DAG: %[[C7:.*]] = arith.constant 7 : i32
    // CHECK-DAG: %[[C3:.*]] = arith.constant 3 : index
    // CHECK: %[[SUM:.*]] = arith.addi %[[C7]], %[[N]]
    // CHECK: memref.store %[[SUM]], %[[OUT]][%[[C3]]]
    gpu.func @once(%a: i32, %n: i32, %i: index, %out: memref<?xi32>) kernel {
      %sum = arith.addi %a, %n : i32
      memref.store %sum, %out[%i] : memref<?xi32>
      gpu.return
    }

    // Launched twice, perhaps with different ones.
    // CHECK: gpu.func @twice(%{{.*}}: i32) kernel
    gpu.func @twice(%a: i32) kernel {
      gpu.return
    }
  }

  // CHECK-LABEL: func.func @launches
  // CHECK-SAME:    %[[N:.*]]: i32, %[[OUT:.*]]: memref<?xi32>
  func.func @launches(%n: i32, %out: memref<?xi32>) {
    %c1 = arith.constant 1 : index
    %c3 = arith.constant 3 : index
    %c7 = arith.constant 7 : i32
    // CHECK: gpu.launch_func @kernels::@once {{.*}} args(%[[N]] : i32, %[[OUT]] : memref<?xi32>)
    gpu.launch_func @kernels::@once blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
        args(%c7 : i32, %n : i32, %c3 : index, %out : memref<?xi32>)
    // CHECK-COUNT-2: gpu.launch_func @kernels::@twice {{.*}} args(%{{.*}} : i32)
    gpu.launch_func @kernels::@twice blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%c7 : i32)
    gpu.launch_func @kernels::@twice blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%n : i32)
    return
  }
}
