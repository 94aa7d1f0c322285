// Named barriers, and what cannot run.
//
// RUN: cca-opt %s --hopper-simulate --split-input-file --verify-diagnostics

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @of_the_producer(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    hopper.warp_specialize producer registers 24 {
      %c128 = arith.constant 128 : i32
      // expected-error @below {{expects no named barrier of the producer, which is one thread}}
      nvvm.barrier id = %c1 number_of_threads = %c128
    } consumers 1 registers 232 (%i) {
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@of_the_producer blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @of_half_a_warpgroup(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 232 (%i) {
      %c64 = arith.constant 64 : i32
      // expected-error @below {{expects threads of whole warpgroups, a multiple of 128, but got 64}}
      nvvm.barrier id = %c1 number_of_threads = %c64
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@of_half_a_warpgroup blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @different_counts(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 232 (%i) {
      %c128 = arith.constant 128 : i32
      %c256 = arith.constant 256 : i32
      %first = arith.cmpi eq, %i, %c0 : i32
      scf.if %first {
        // expected-note @below {{the first arrival}}
        nvvm.barrier id = %c1 number_of_threads = %c256
      } else {
        // expected-error @below {{expects a barrier of 256 threads, as others who wait at it, but got 128}}
        nvvm.barrier id = %c1 number_of_threads = %c128
      }
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@different_counts blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @barrier_16(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 232 (%i) {
      %c128 = arith.constant 128 : i32
      %c16 = arith.constant 16 : i32
      // expected-error @below {{expects a barrier in [0, 16), but got 16}}
      nvvm.barrier.arrive id = %c16 number_of_threads = %c128
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@barrier_16 blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @waits_for_the_producer(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 232 (%i) {
      // expected-error @below {{deadlock: consumer 0 waits for barrier 0}}
      nvvm.barrier
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@waits_for_the_producer blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @wait_for_each_other(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 232 (%i) {
      %c256 = arith.constant 256 : i32
      %own = arith.addi %i, %c1 : i32
      %c3 = arith.constant 3 : i32
      %other = arith.subi %c3, %own : i32
      // expected-error @below {{deadlock: consumer 0 waits for barrier 1}}
      // expected-note @below {{consumer 1 waits for barrier 2}}
      nvvm.barrier id = %own number_of_threads = %c256
      nvvm.barrier.arrive id = %other number_of_threads = %c256
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@wait_for_each_other blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @reduces(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %q = arith.constant 1 : i32
    // expected-error @below {{the simulator does not know barriers that reduce}}
    %v = nvvm.barrier #nvvm.reduction<and> %q -> i32
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@reduces blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @between_passes(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    // expected-error @below {{the simulator runs kernels before hopper-assign-layouts or after hopper-specialize-warps}}
    %i = hopper.consumer_index
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@between_passes blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @launches(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %i1 = arith.constant 1 : index
    // expected-error @below {{the simulator expects launches by the host}}
    gpu.launch_func @kernels::@launches blocks in (%i1, %i1, %i1) threads in (%i1, %i1, %i1)
        args(%in : !map, %out : !map)
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@launches blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

// Whether both arrivals count in one phase depends on when the other consumer comes.
module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @arrives_twice() kernel {
    %c1 = arith.constant 1 : i32
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%i) {
      %c256 = arith.constant 256 : i32
      %first = arith.cmpi ne, %i, %c1 : i32
      scf.if %first {
        nvvm.barrier id = %c1 number_of_threads = %c256
        nvvm.barrier id = %c1 number_of_threads = %c256
      } else {
        nvvm.barrier.arrive id = %c1 number_of_threads = %c256
        // expected-error @below {{consumer 1 arrives at a barrier again, though nothing tells it that all have come since it arrived last}}
        nvvm.barrier.arrive id = %c1 number_of_threads = %c256
      }
    }
    gpu.return
  }
}
func.func @launch() {
  %c1 = arith.constant 1 : index
  gpu.launch_func @kernels::@arrives_twice blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
  return
}
}
