// RUN: cca-opt %s --allow-unregistered-dialect --hopper-programmatic-launch | FileCheck %s

module attributes {gpu.container_module} {
  gpu.module @kernels {
    // The roles wait; one thread lets the next kernel begin.
    // CHECK-LABEL: gpu.func @roles
    // CHECK:         hopper.ring
    // CHECK-NOT:     griddepcontrol
    // CHECK:         hopper.warp_specialize producer
    // CHECK-NEXT:      nvvm.griddepcontrol wait
    // CHECK-NEXT:      nvvm.griddepcontrol launch_dependents
    // CHECK:         consumers
    // CHECK-NEXT:      nvvm.griddepcontrol wait
    // CHECK-NEXT:      "work"
    gpu.func @roles() kernel {
      %ring = hopper.ring : <2, <64x64xbf16, swizzle = 128>>
      hopper.warp_specialize producer registers 24 {
      } consumers 2 registers 240 (%i) {
        "work"() : () -> ()
      }
      gpu.return
    }

    // All threads wait before the first of them uses memory.
    // CHECK-LABEL: gpu.func @threads
    // CHECK-NEXT:    nvvm.griddepcontrol wait
    // CHECK-NEXT:    nvvm.griddepcontrol launch_dependents
    // CHECK-NEXT:    memref.load
    gpu.func @threads(%m: memref<f32>) kernel {
      %x = memref.load %m[] : memref<f32>
      gpu.return
    }
    // CHECK-LABEL: gpu.func @uses_memory_before_roles
    // CHECK-NEXT:    nvvm.griddepcontrol wait
    gpu.func @uses_memory_before_roles(%m: memref<f32>) kernel {
      %x = memref.load %m[] : memref<f32>
      hopper.warp_specialize producer registers 24 {
      } consumers 1 registers 240 (%i) {
      }
      gpu.return
    }

    // CHECK-LABEL: gpu.func @alone
    // CHECK-NEXT:    gpu.return
    gpu.func @alone() kernel {
      gpu.return
    }
  }

  // CHECK-LABEL: @chain
  // CHECK:         gpu.launch_func @kernels::@roles
  // CHECK-NOT:     programmatic
  // CHECK:         gpu.launch_func @kernels::@threads {{.*}} {hopper.programmatic_launch}
  // CHECK:         scf.if
  // CHECK:           gpu.launch_func @kernels::@uses_memory_before_roles {{.*}} {hopper.programmatic_launch}
  func.func @chain(%m: memref<f32>, %long: i1) {
    %c1 = arith.constant 1 : index
    gpu.launch_func @kernels::@roles blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
    gpu.launch_func @kernels::@threads blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%m : memref<f32>)
    scf.if %long {
      gpu.launch_func @kernels::@uses_memory_before_roles blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
          args(%m : memref<f32>)
    }
    return
  }

  // One or the other, but not both.
  // CHECK-LABEL: @choice
  // CHECK-NOT:     programmatic
  func.func @choice(%long: i1) {
    %c1 = arith.constant 1 : index
    scf.if %long {
      gpu.launch_func @kernels::@alone blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
    } else {
      gpu.launch_func @kernels::@alone blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
    }
    return
  }
}
