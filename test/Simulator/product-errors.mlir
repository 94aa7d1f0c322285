// Products, and the rows of what they make.
//
// RUN: cca-opt %s --hopper-simulate --split-input-file --verify-diagnostics

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @a_not_fenced(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
    } consumers 1 registers 232 (%i) {
      %g = hopper.get_enter %r : !ring
      // expected-note @below {{written here}}
      %a = hopper.ldmatrix %g : !smem -> !half
      // expected-error @below {{expects hopper.wgmma_fence between the last write to a and the product}}
      %p = hopper.wgmma %a, %g : !half, !smem -> !hopper.pending<!tile>
      %c = hopper.commit %p : !hopper.pending<!tile>
      %d = hopper.wait 0, %c : !hopper.pending<!tile>
      hopper.get_exit %g, %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@a_not_fenced blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
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
  gpu.func @accumulator_not_fenced(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
    } consumers 1 registers 232 (%i) {
      %g = hopper.get_enter %r : !ring
      %x = hopper.ldmatrix %g : !smem -> !half
      %a = hopper.wgmma_fence %x : !half
      // expected-note @below {{written here}}
      %f = arith.constant dense<0.0> : !tile
      // expected-error @below {{expects hopper.wgmma_fence between the last write to the accumulator and the product}}
      %p = hopper.wgmma %a, %g, %f : !half, !smem -> !hopper.pending<!tile>
      %c = hopper.commit %p : !hopper.pending<!tile>
      %d = hopper.wait 0, %c : !hopper.pending<!tile>
      hopper.get_exit %g, %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@accumulator_not_fenced blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
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
  gpu.func @waits_for_too_few(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
    } consumers 1 registers 232 (%i) {
      %g = hopper.get_enter %r : !ring
      %x = hopper.ldmatrix %g : !smem -> !half
      %a = hopper.wgmma_fence %x : !half
      // expected-note @below {{issued here}}
      %p = hopper.wgmma %a, %g : !half, !smem -> !hopper.pending<!tile>
      %c = hopper.commit %p : !hopper.pending<!tile>
      // expected-error @below {{expects at least 1 newer groups, or else the one that is waited for may still be in flight, but got 0}}
      %d = hopper.wait 1, %c : !hopper.pending<!tile>
      hopper.get_exit %g, %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@waits_for_too_few blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
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
  gpu.func @never_waited_for(%in: !map, %out: !map) kernel {
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
      // expected-error @below {{expects consumer 0 to wait for this product before it ends}}
      %p0 = hopper.wgmma %a, %g : !half, !smem -> !hopper.pending<!tile>
      %c2 = hopper.commit %p0 : !hopper.pending<!tile>
      %p = hopper.wgmma %a, %g : !half, !smem -> !hopper.pending<!tile>
      %c = hopper.commit %p : !hopper.pending<!tile>
      %d = hopper.wait 0, %c : !hopper.pending<!tile>
      hopper.get_exit %g, %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@never_waited_for blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
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
  gpu.func @not_combined_rows(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %f = arith.constant dense<0.0> : !tile
    // expected-error @below {{expects partial rows of a fragment, which hopper.combine_rows combines, but got 'tensor<64xf32, #hopper.rows>'}}
    %l = hopper.reduce_rows add %f : !tile -> tensor<64xf32, #hopper.rows>
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@not_combined_rows blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
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
  gpu.func @stores_partial_rows(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %z = arith.constant 0 : index
    %m = memref.alloc() : memref<64xf32>
    %f = arith.constant dense<0.0> : !tile
    %l = hopper.reduce_rows add %f : !tile -> tensor<64xf32, #hopper.rows<partial>>
    // expected-error @below {{expects rows that are combined, but got 'tensor<64xf32, #hopper.rows<partial>>'}}
    hopper.store_rows %l, %m[%z] along 0 limit %c1 : tensor<64xf32, #hopper.rows<partial>>, memref<64xf32>
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@stores_partial_rows blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<1, !smem>

// The registers of a product's result held something else before.
module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @result_not_fenced(%in: !map) kernel {
    %c0 = arith.constant 0 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
    } consumers 1 registers 232 (%i) {
      %g = hopper.get_enter %r : !ring
      hopper.wgmma_fence none
      %p = hopper.wgmma %g, %g : !smem, !smem -> !hopper.pending<!tile>
      %c = hopper.commit %p : !hopper.pending<!tile>
      %d = hopper.wait 0, %c : !hopper.pending<!tile>
      %e = math.exp2 %d : !tile
      // expected-error @below {{expects hopper.wgmma_fence between the last use of any registers and a product that begins an accumulator}}
      %p1 = hopper.wgmma %g, %g : !smem, !smem -> !hopper.pending<!tile>
      %c2 = hopper.commit %p1 : !hopper.pending<!tile>
      %d1 = hopper.wait 0, %c2 : !hopper.pending<!tile>
      hopper.get_exit %g, %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@result_not_fenced blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<2, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @added_to_no_group(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
    } consumers 1 registers 232 (%i) {
      %g = hopper.get_enter %r : !ring
      hopper.wgmma_fence none
      // expected-note @below {{issued here}}
      %p = hopper.wgmma %g, %g : !smem, !smem -> !hopper.pending<!tile>
      // expected-error @below {{expects to be added to a product of a group in flight that nothing was added to, but got one of no group}}
      %q = hopper.wgmma %g, %g onto %p : !smem, !smem -> !hopper.pending<!tile>
      %d = hopper.commit %q : !hopper.pending<!tile>
      %e = hopper.wait 0, %d : !hopper.pending<!tile>
      hopper.get_exit %g, %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@added_to_no_group blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<2, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @added_to_what_was_waited_for(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
    } consumers 1 registers 232 (%i) {
      %g = hopper.get_enter %r : !ring
      hopper.wgmma_fence none
      // expected-note @below {{issued here}}
      %p = hopper.wgmma %g, %g : !smem, !smem -> !hopper.pending<!tile>
      %c = hopper.commit %p : !hopper.pending<!tile>
      %f = hopper.wait 0, %c : !hopper.pending<!tile>
      // expected-error @below {{expects to be added to a product of a group in flight that nothing was added to, but got one that was waited for}}
      %q = hopper.wgmma %g, %g onto %c : !smem, !smem -> !hopper.pending<!tile>
      %d = hopper.commit %q : !hopper.pending<!tile>
      %e = hopper.wait 0, %d : !hopper.pending<!tile>
      hopper.get_exit %g, %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@added_to_what_was_waited_for blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<2, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @added_to_twice(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
    } consumers 1 registers 232 (%i) {
      %g = hopper.get_enter %r : !ring
      hopper.wgmma_fence none
      // expected-note @below {{issued here}}
      %p = hopper.wgmma %g, %g : !smem, !smem -> !hopper.pending<!tile>
      %c = hopper.commit %p : !hopper.pending<!tile>
      %q = hopper.wgmma %g, %g onto %c : !smem, !smem -> !hopper.pending<!tile>
      %d = hopper.commit %q : !hopper.pending<!tile>
      // expected-error @below {{expects to be added to a product of a group in flight that nothing was added to, but got one that another was added to}}
      %s = hopper.wgmma %g, %g onto %c : !smem, !smem -> !hopper.pending<!tile>
      %u = hopper.commit %s : !hopper.pending<!tile>
      %e = hopper.wait 0, %d : !hopper.pending<!tile>
      hopper.get_exit %g, %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@added_to_twice blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<2, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @waits_for_part_of_a_sum(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
    } consumers 1 registers 232 (%i) {
      %g = hopper.get_enter %r : !ring
      hopper.wgmma_fence none
      // expected-note @below {{issued here, and then added to}}
      %p = hopper.wgmma %g, %g : !smem, !smem -> !hopper.pending<!tile>
      %c = hopper.commit %p : !hopper.pending<!tile>
      %q = hopper.wgmma %g, %g onto %c : !smem, !smem -> !hopper.pending<!tile>
      %d = hopper.commit %q : !hopper.pending<!tile>
      // expected-error @below {{expects the newest product of its accumulator}}
      %e = hopper.wait 0, %c : !hopper.pending<!tile>
      hopper.get_exit %g, %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@waits_for_part_of_a_sum blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!tile = tensor<64x64xf32, #hopper.fragment>
!ring = !hopper.ring<2, !smem>

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @leaves_the_stage_before_too_early(%in: !map, %out: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %t : !map, !smem
      hopper.put_exit %t, %r : !ring
      %u = hopper.put_enter %r : !ring
      hopper.tma_load %in[%c0, %c0], %u : !map, !smem
      hopper.put_exit %u, %r : !ring
    } consumers 1 registers 232 (%i) {
      %g = hopper.get_enter %r : !ring
      hopper.wgmma_fence none
      // expected-note @below {{issued here}}
      %p = hopper.wgmma %g, %g : !smem, !smem -> !hopper.pending<!tile>
      %c = hopper.commit %p : !hopper.pending<!tile>
      %h = hopper.get_enter %r : !ring
      hopper.wgmma_fence none
      %q = hopper.wgmma %h, %h onto %c : !smem, !smem -> !hopper.pending<!tile>
      %d = hopper.commit %q : !hopper.pending<!tile>
      hopper.wait_older 2
      // expected-error @below {{consumer 0 leaves a stage that its product may still be reading}}
      hopper.get_exit %g, %r : !ring
      %e = hopper.wait 0, %d : !hopper.pending<!tile>
      hopper.get_exit %h, %r : !ring
    }
    gpu.return
  }
}
func.func @launch(%in: memref<64x64xbf16>, %out: memref<64x64xbf16>) {
  %c1 = arith.constant 1 : index
  %min = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %mout = hopper.make_tensor_map %out : memref<64x64xbf16> -> !map
  gpu.launch_func @kernels::@leaves_the_stage_before_too_early blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%min : !map, %mout : !map)
  return
}
}
