// RUN: cca-opt %s --allow-unregistered-dialect --hopper-programmatic-launch | FileCheck %s

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!stage = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !stage>

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

    // Taps are an argument that no kernel writes: they are loaded before the producer waits, in the first iteration; the
    // others find that there is nothing to wait for. The latents are another kernel's.
    // CHECK-LABEL: gpu.func @weights_first
    // CHECK:         hopper.warp_specialize producer
    // CHECK-NEXT:      scf.for
    // CHECK-NEXT:        hopper.put_enter
    // CHECK-NEXT:        hopper.tma_load %arg0
    // CHECK-NEXT:        hopper.put_exit
    // CHECK-NEXT:        nvvm.griddepcontrol wait
    // CHECK-NEXT:        nvvm.griddepcontrol launch_dependents
    // CHECK-NEXT:        scf.for
    // CHECK-NEXT:          hopper.put_enter
    // CHECK-NEXT:          hopper.tma_load %arg1
    // CHECK:         consumers
    // CHECK-NEXT:      nvvm.griddepcontrol wait
    gpu.func @weights_first(%taps: !map, %latents: !map, %i: i32, %n: i32) kernel {
      %c1 = arith.constant 1 : i32
      %ring0 = hopper.ring : !ring
      %ring1 = hopper.ring : !ring
      hopper.warp_specialize producer registers 24 {
        scf.for %j = %i to %n step %c1 : i32 {
          %t = hopper.put_enter %ring0 : !ring
          hopper.tma_load %taps[%j, %j], %t : !map, !stage
          hopper.put_exit %t, %ring0 : !ring
          scf.for %k = %i to %n step %c1 : i32 {
            %x = hopper.put_enter %ring1 : !ring
            hopper.tma_load %latents[%k, %j], %x : !map, !stage
            hopper.put_exit %x, %ring1 : !ring
          }
        }
      } consumers 1 registers 240 (%w) {
      }
      gpu.return
    }

    // So are a consumer's factors, while it waits for taps. It waits before it uses what it got.
    // CHECK-LABEL: gpu.func @factors_first
    // CHECK:         consumers
    // CHECK-NEXT:      hopper.alloc
    // CHECK-NEXT:      scf.for
    // CHECK-NEXT:        memref.load %arg1
    // CHECK-NEXT:        hopper.gather %arg1
    // CHECK-NEXT:        hopper.get_enter
    // CHECK-NEXT:        nvvm.griddepcontrol wait
    // CHECK-NEXT:        scf.for
    // CHECK-NEXT:          hopper.tma_store
    gpu.func @factors_first(%taps: !map, %factors: memref<64xf32>, %out: !map, %i: i32, %n: i32) kernel {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : i32
      %ring = hopper.ring : !ring
      hopper.warp_specialize producer registers 24 {
        scf.for %j = %i to %n step %c1 : i32 {
          %t = hopper.put_enter %ring : !ring
          hopper.tma_load %taps[%j, %j], %t : !map, !stage
          hopper.put_exit %t, %ring : !ring
        }
      } consumers 1 registers 240 (%w) {
        %tile = hopper.alloc : !stage
        scf.for %j = %i to %n step %c1 : i32 {
          %temperature = memref.load %factors[%c0] : memref<64xf32>
          %rows = hopper.gather %factors[%c0] : memref<64xf32> -> tensor<64x64xf32, #hopper.fragment>
          %t = hopper.get_enter %ring : !ring
          scf.for %k = %i to %n step %c1 : i32 {
            hopper.tma_store %tile, %out[%j, %k] : !stage, !map
          }
          hopper.get_exit %t, %ring : !ring
        }
      }
      gpu.return
    }

    // Latents are another kernel's: whoever gathers them waits first.
    // CHECK-LABEL: gpu.func @latents_gathered
    // CHECK:         consumers
    // CHECK-NEXT:      nvvm.griddepcontrol wait
    // CHECK-NEXT:      memref.load
    gpu.func @latents_gathered(%latents: memref<64xf32>) kernel {
      %c0 = arith.constant 0 : index
      hopper.warp_specialize producer registers 24 {
      } consumers 1 registers 240 (%w) {
        %x = memref.load %latents[%c0] : memref<64xf32>
      }
      gpu.return
    }
    gpu.func @writes_latents(%latents: memref<64xf32>, %x: f32) kernel {
      %c0 = arith.constant 0 : index
      memref.store %x, %latents[%c0] : memref<64xf32>
      gpu.return
    }

    // Nothing that it loads is another kernel's: it waits for those after it.
    // CHECK-LABEL: gpu.func @weights_only
    // CHECK:         hopper.warp_specialize producer
    // CHECK-NEXT:      nvvm.griddepcontrol wait
    // CHECK-NEXT:      nvvm.griddepcontrol launch_dependents
    // CHECK-NEXT:      hopper.put_enter
    gpu.func @weights_only(%taps: !map, %out: !map, %i: i32) kernel {
      %ring = hopper.ring : !ring
      hopper.warp_specialize producer registers 24 {
        %t = hopper.put_enter %ring : !ring
        hopper.tma_load %taps[%i, %i], %t : !map, !stage
        hopper.put_exit %t, %ring : !ring
      } consumers 1 registers 240 (%w) {
        %tile = hopper.alloc : !stage
        hopper.tma_store %tile, %out[%i, %i] : !stage, !map
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

    // The next one wants all multiprocessors free: it begins when this one has ended.
    // CHECK-LABEL: gpu.func @before_neighbours
    // CHECK-NEXT:    nvvm.griddepcontrol wait
    // CHECK-NEXT:    memref.load
    gpu.func @before_neighbours(%m: memref<f32>) kernel {
      %x = memref.load %m[] : memref<f32>
      gpu.return
    }
    // CHECK-LABEL: gpu.func @neighbours
    // CHECK-NEXT:    nvvm.griddepcontrol wait
    // CHECK-NEXT:    nvvm.griddepcontrol launch_dependents
    gpu.func @neighbours(%m: memref<f32>) kernel attributes {hopper.neighbouring_blocks} {
      %x = memref.load %m[] : memref<f32>
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

  // CHECK-LABEL: @weights
  func.func @weights(%taps: memref<64x64xbf16>, %x: memref<64x64xbf16>, %i: i32) {
    %c1 = arith.constant 1 : index
    %taps_map = hopper.make_tensor_map %taps : memref<64x64xbf16> -> !map
    %x_map = hopper.make_tensor_map %x : memref<64x64xbf16> -> !map
    gpu.launch_func @kernels::@weights_only blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
        args(%taps_map : !map, %x_map : !map, %i : i32)
    gpu.launch_func @kernels::@weights_first blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
        args(%taps_map : !map, %x_map : !map, %i : i32, %i : i32)
    return
  }

  // CHECK-LABEL: @factors
  func.func @factors(%taps: memref<64x64xbf16>, %factors: memref<64xf32>, %latents: memref<64xf32>,
                     %out: memref<64x64xbf16>, %x: f32, %i: i32) {
    %c1 = arith.constant 1 : index
    %taps_map = hopper.make_tensor_map %taps : memref<64x64xbf16> -> !map
    %out_map = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
    gpu.launch_func @kernels::@writes_latents blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
        args(%latents : memref<64xf32>, %x : f32)
    gpu.launch_func @kernels::@latents_gathered blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
        args(%latents : memref<64xf32>)
    gpu.launch_func @kernels::@factors_first blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
        args(%taps_map : !map, %factors : memref<64xf32>, %out_map : !map, %i : i32, %i : i32)
    return
  }

  // CHECK-LABEL: @then_neighbours
  // CHECK:         gpu.launch_func @kernels::@before_neighbours
  // CHECK:         gpu.launch_func @kernels::@neighbours {{.*}} {hopper.programmatic_launch}
  func.func @then_neighbours(%m: memref<f32>) {
    %c1 = arith.constant 1 : index
    gpu.launch_func @kernels::@before_neighbours blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
        args(%m : memref<f32>)
    gpu.launch_func @kernels::@neighbours blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%m : memref<f32>)
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
