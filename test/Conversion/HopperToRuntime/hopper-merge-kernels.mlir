// RUN: cca-opt %s --hopper-merge-kernels | FileCheck %s

module attributes {gpu.container_module} {
  // CHECK:      gpu.module @first {
  // CHECK:        gpu.func @attend(%{{.*}}: i32) kernel
  // CHECK:        gpu.func @project() kernel
  // CHECK:        gpu.func @attend_0() kernel
  // CHECK:        llvm.func @helper_0()
  // CHECK:        llvm.func @calls()
  // CHECK:          llvm.call @helper_0()
  // CHECK-NOT:  gpu.module
  gpu.module @first {
    gpu.func @attend(%n: i32) kernel {
      gpu.return
    }
    llvm.func @helper()
  }
  gpu.module @second {
    gpu.func @project() kernel {
      gpu.return
    }
    gpu.func @attend() kernel {
      gpu.return
    }
  }
  gpu.module @third {
    llvm.func @helper()
    llvm.func @calls() {
      llvm.call @helper() : () -> ()
      llvm.return
    }
  }

  // CHECK-LABEL: @launches
  // CHECK:         gpu.launch_func @first::@attend blocks
  // CHECK:         gpu.launch_func @first::@project blocks
  // CHECK:         gpu.launch_func @first::@attend_0 blocks
  func.func @launches(%n: i32) {
    %c1 = arith.constant 1 : index
    gpu.launch_func @first::@attend blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%n : i32)
    gpu.launch_func @second::@project blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
    gpu.launch_func @second::@attend blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
    return
  }
}
