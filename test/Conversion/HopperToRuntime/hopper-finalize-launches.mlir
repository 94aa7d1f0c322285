// RUN: cca-opt %s --hopper-finalize-launches | FileCheck %s

module attributes {gpu.container_module} {
  gpu.module @kernels {
    gpu.func @attend(%n: i32) kernel attributes {known_block_size = array<i32: 384, 1, 1>, hopper.smem_bytes = 197728 : i64} {
      gpu.return
    }
    gpu.func @square() kernel attributes {known_block_size = array<i32: 16, 8, 2>} {
      gpu.return
    }
    llvm.func @lowered() attributes {gpu.kernel, nvvm.kernel, nvvm.reqntid = array<i32: 128>, hopper.smem_bytes = 1024 : i64}
    llvm.func @at_most() attributes {gpu.kernel, nvvm.kernel, nvvm.maxntid = array<i32: 64, 2>}
  }

  // CHECK-LABEL: @launches
  func.func @launches(%n: i32, %grid: index, %bytes: i32) {
    %c1 = arith.constant 1 : index

    // CHECK-DAG: %[[X:.*]] = arith.constant 384 : index
    // CHECK-DAG: %[[BYTES:.*]] = arith.constant 197728 : i32
    // CHECK: gpu.launch_func @kernels::@attend blocks in (%{{.*}}) threads in (%[[X]], %{{.*}}, %{{.*}}) dynamic_shared_memory_size %[[BYTES]] args(%{{.*}} : i32)
    gpu.launch_func @kernels::@attend blocks in (%grid, %c1, %c1) threads in (%c1, %c1, %c1) args(%n : i32)

    // A kernel that says nothing of shared memory leaves the launch its own.
    // CHECK-DAG: %[[X:.*]] = arith.constant 16 : index
    // CHECK-DAG: %[[Y:.*]] = arith.constant 8 : index
    // CHECK-DAG: %[[Z:.*]] = arith.constant 2 : index
    // CHECK: gpu.launch_func @kernels::@square {{.*}} threads in (%[[X]], %[[Y]], %[[Z]]) dynamic_shared_memory_size %arg2
    gpu.launch_func @kernels::@square blocks in (%grid, %c1, %c1) threads in (%c1, %c1, %c1) dynamic_shared_memory_size %bytes

    // Kernels that are lowered already.
    // CHECK-DAG: %[[X:.*]] = arith.constant 128 : index
    // CHECK-DAG: %[[BYTES:.*]] = arith.constant 1024 : i32
    // CHECK: gpu.launch_func @kernels::@lowered {{.*}} threads in (%[[X]], %{{.*}}, %{{.*}}) dynamic_shared_memory_size %[[BYTES]]
    gpu.launch_func @kernels::@lowered blocks in (%grid, %c1, %c1) threads in (%c1, %c1, %c1)
    // CHECK-DAG: %[[X:.*]] = arith.constant 64 : index
    // CHECK-DAG: %[[Y:.*]] = arith.constant 2 : index
    // CHECK: gpu.launch_func @kernels::@at_most {{.*}} threads in (%[[X]], %[[Y]], %{{.*}})
    // CHECK-NOT: dynamic_shared_memory_size
    gpu.launch_func @kernels::@at_most blocks in (%grid, %c1, %c1) threads in (%c1, %c1, %c1)
    return
  }
}
