// What goes wrong between a producer and its consumers.
//
// RUN: cca-opt %s --hopper-simulate --split-input-file --verify-diagnostics

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @deadlock_without_put(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 232 (%i) {
      // expected-error @below {{deadlock: consumer 0 waits for stage 0 of a ring to be full}}
      %g = hopper.get_enter %r : !ring
      hopper.get_exit %g, %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@deadlock_without_put blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
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
  gpu.func @deadlock_of_both(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
      // expected-error @below {{deadlock: producer waits for stage 0 of a ring to be empty}}
      %t2 = hopper.put_enter %r : !ring
      hopper.put_exit %t2, %r : !ring
    } consumers 1 registers 232 (%i) {
      %g = hopper.get_enter %r : !ring
      %x = hopper.ldmatrix %g : !smem -> !half
      // expected-note @below {{consumer 0 waits for stage 0 of a ring to be full}}
      %g2 = hopper.get_enter %r : !ring
      hopper.get_exit %g, %r : !ring
      hopper.get_exit %g2, %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@deadlock_of_both blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
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
  gpu.func @put_without_copy(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.put_exit %t, %r : !ring
    } consumers 1 registers 232 (%i) {
      // expected-error @below {{deadlock: consumer 0 waits for stage 0 of a ring to be full}}
      %g = hopper.get_enter %r : !ring
      hopper.get_exit %g, %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@put_without_copy blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
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
  gpu.func @read_after_exit(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
    } consumers 1 registers 232 (%i) {
      %g = hopper.get_enter %r : !ring
      hopper.get_exit %g, %r : !ring
      // expected-error @below {{consumer 0 reads a stage that it has left, or that is not what it got}}
      %x = hopper.ldmatrix %g : !smem -> !half
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@read_after_exit blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
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
  gpu.func @left_twice(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
    } consumers 1 registers 232 (%i) {
      %g = hopper.get_enter %r : !ring
      hopper.get_exit %g, %r : !ring
      // expected-error @below {{consumer 0 leaves a stage that it has left already}}
      hopper.get_exit %g, %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@left_twice blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
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
  gpu.func @put_twice(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
      // expected-error @below {{producer leaves a stage that it has left already}}
      hopper.put_exit %t, %r : !ring
    } consumers 1 registers 232 (%i) {
      %g = hopper.get_enter %r : !ring
      hopper.get_exit %g, %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@put_twice blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
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
  gpu.func @never_left(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
    } consumers 1 registers 232 (%i) {
      // expected-error @below {{consumer 0 ends in a stage: expects hopper.get_exit}}
      %g = hopper.get_enter %r : !ring
      %x = hopper.ldmatrix %g : !smem -> !half
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@never_left blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
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
  gpu.func @never_handed_over(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      // expected-error @below {{producer ends in a stage: expects hopper.put_exit}}
      %t = hopper.put_enter %r : !ring
    } consumers 1 registers 232 (%i) {
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@never_handed_over blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
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
  gpu.func @more_puts_than_gets(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    // expected-error @below {{expects as many gets as puts, but consumer 0 has got 0 of 1 tiles when the kernel ends}}
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
    } consumers 1 registers 232 (%i) {
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@more_puts_than_gets blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
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
  gpu.func @left_while_a_product_reads(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
    } consumers 1 registers 232 (%i) {
      %x = arith.constant dense<1.0> : !half
      %a = hopper.wgmma_fence %x : !half
      %g = hopper.get_enter %r : !ring
      // expected-note @below {{issued here}}
      %p = hopper.wgmma %a, %g : !half, !smem -> !hopper.pending<!tile>
      %c = hopper.commit %p : !hopper.pending<!tile>
      // expected-error @below {{consumer 0 leaves a stage that its product may still be reading}}
      hopper.get_exit %g, %r : !ring
      %d = hopper.wait 0, %c : !hopper.pending<!tile>
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@left_while_a_product_reads blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
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
  gpu.func @left_before_the_wait(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
    } consumers 1 registers 232 (%i) {
      %x = arith.constant dense<1.0> : !half
      %a = hopper.wgmma_fence %x : !half
      %g = hopper.get_enter %r : !ring
      // expected-note @below {{issued here}}
      %p = hopper.wgmma %a, %g : !half, !smem -> !hopper.pending<!tile>
      // expected-error @below {{consumer 0 leaves a stage that its product may still be reading}}
      hopper.get_exit %g, %r : !ring
      %c = hopper.commit %p : !hopper.pending<!tile>
      %d = hopper.wait 0, %c : !hopper.pending<!tile>
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@left_before_the_wait blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
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
  gpu.func @copied_twice(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      // expected-note @below {{written here}}
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      // expected-error @below {{a copy writes shared memory that a copy may still be writing}}
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
    } consumers 1 registers 232 (%i) {
      %g = hopper.get_enter %r : !ring
      hopper.get_exit %g, %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@copied_twice blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
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
  gpu.func @two_producers(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 232 (%i) {
      %t = hopper.put_enter %r : !ring
      // expected-error @below {{consumer 1 arrives at a barrier that has all its 1 arrivals}}
      hopper.put_exit %t, %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@two_producers blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<1, !smem>

// Consumer 1 has had nothing to do, consumer 0 one tile too few.
module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @put_into_the_ring_of_another(%in: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r0 = hopper.ring : !ring
    // expected-error @below {{expects as many gets as puts, but consumer 1 has got 0 of 1 tiles when the kernel ends}}
    %r1 = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r1 : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r1 : !ring
    } consumers 2 registers 232 (%i) {
      %mine = hopper.select_ring %r0, %r1 : !ring
      scf.for %j = %c0 to %n step %c1 : i32 {
        %g = hopper.get_enter %mine : !ring
        hopper.get_exit %g, %mine : !ring
      }
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %n = arith.constant 0 : i32
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@put_into_the_ring_of_another blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %n : i32)
  return
}
}
