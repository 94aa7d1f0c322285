// RUN: cca-opt %s --split-input-file --verify-diagnostics

!a = tensor<64x64xbf16, #hopper.fragment>
!b = !hopper.smem<64x64xf16, swizzle = 128>
!d = tensor<64x64xf32, #hopper.fragment>

// hopper.wgmma (C1)
func.func @wgmma_has_one_element_type(%a: !a, %b: !b) {
  // expected-error @below {{expects a and b of one element type, but got 'bf16' and 'f16'}}
  %p = hopper.wgmma %a, %b : !a, !b -> !hopper.pending<!d>
  return
}

// -----

!b = !hopper.smem<64x64xi16, swizzle = 128>
!d = tensor<64x64xf32, #hopper.fragment>

// hopper.wgmma (C1)
func.func @wgmma_is_of_floats(%b: !b) {
  // expected-error @below {{expects operands of bf16 or f16, but got 'i16'}}
  %p = hopper.wgmma %b, %b : !b, !b -> !hopper.pending<!d>
  return
}

// -----

!a = tensor<64x64xf16, #hopper.fragment>
!b = !hopper.smem<64x64xf16, swizzle = 128>
!d = tensor<64x64xf16, #hopper.fragment>

// hopper.wgmma (C1)
func.func @wgmma_accumulates_in_f32(%a: !a, %b: !b) {
  // expected-error @below {{expects a result of f32, but got 'f16'}}
  %p = hopper.wgmma %a, %b : !a, !b -> !hopper.pending<!d>
  return
}

// -----

!a = tensor<64x64xf16, #hopper.fragment>
!b = !hopper.smem<64x64xf16, swizzle = 128>

// hopper.wgmma (C1)
func.func @result_of_wgmma_is_a_fragment(%a: !a, %b: !b) {
  // expected-error @below {{expects a result encoded as #hopper.fragment, but got 'tensor<64x64xf32>'}}
  %p = hopper.wgmma %a, %b : !a, !b -> !hopper.pending<tensor<64x64xf32>>
  return
}

// -----

!a = tensor<64x64xf16, #hopper.fragment>
!b = !hopper.smem<128x64xf16, swizzle = 128>
!d = tensor<64x64xf32, #hopper.fragment>

// hopper.wgmma (C2)
func.func @sizes_of_wgmma_agree(%a: !a, %b: !b) {
  // expected-error @below {{expects M x K times K x N to be M x N, but got 64 x 64 times 64 x 128 to be 64 x 64}}
  %p = hopper.wgmma %a, %b transpose_b : !a, !b -> !hopper.pending<!d>
  return
}

// -----

!a = tensor<64x64xf16, #hopper.fragment>
!b = !hopper.smem<64x64xf16, swizzle = 128>
!c = tensor<64x64xf32>
!d = tensor<64x64xf32, #hopper.fragment>

// hopper.wgmma (C2)
func.func @accumulator_of_wgmma_is_as_its_result(%a: !a, %b: !b, %c: !c) {
  // expected-error @below {{failed to verify that accumulator is a tile as the pending one}}
  %p = "hopper.wgmma"(%a, %b, %c) <{operandSegmentSizes = array<i32: 1, 1, 1, 0>}>
      : (!a, !b, !c) -> !hopper.pending<!d>
  return
}

// -----

!a = !hopper.smem<32x64xf16, swizzle = 128>
!b = !hopper.smem<64x64xf16, swizzle = 128>

// hopper.wgmma (C3) The result says so first.
func.func @rows_of_wgmma_fill_warpgroups(%a: !a, %b: !b) {
  // expected-error @below {{#hopper.fragment expects M x N with M a multiple of 64}}
  // expected-error @below {{failed to parse Hopper_PendingType parameter 'tile'}}
  %p = hopper.wgmma %a, %b : !a, !b -> !hopper.pending<tensor<32x64xf32, #hopper.fragment>>
  return
}

// -----

!a = tensor<64x8xf16, #hopper.fragment>
!b = !hopper.smem<8x64xf16, swizzle = 128>
!d = tensor<64x64xf32, #hopper.fragment>

// hopper.wgmma (C3)
func.func @k_of_wgmma_is_whole_steps(%a: !a, %b: !b) {
  // expected-error @below {{expects K to be a multiple of 16, but got 8}}
  %p = hopper.wgmma %a, %b : !a, !b -> !hopper.pending<!d>
  return
}

// -----

!a = tensor<64x64xf16, #hopper.fragment>
!b = !hopper.smem<64x320xf16, swizzle = 128>
!d = tensor<64x320xf32, #hopper.fragment>

// hopper.wgmma (C3)
func.func @columns_of_wgmma_are_legal(%a: !a, %b: !b) {
  // expected-error @below {{expects N to be a multiple of 8 in [8, 256], but got 320}}
  %p = hopper.wgmma %a, %b : !a, !b -> !hopper.pending<!d>
  return
}

// -----

!a = tensor<64x64xf16>
!b = !hopper.smem<64x64xf16, swizzle = 128>
!d = tensor<64x64xf32, #hopper.fragment>

// hopper.wgmma (C4)
func.func @registers_of_a_are_a_fragment(%a: !a, %b: !b) {
  // expected-error @below {{expects a encoded as #hopper.fragment, but got 'tensor<64x64xf16>'}}
  %p = hopper.wgmma %a, %b : !a, !b -> !hopper.pending<!d>
  return
}

// -----

!a = tensor<64x64xf16, #hopper.fragment>
!d = tensor<64x64xf32, #hopper.fragment>

func.func @b_is_in_shared_memory(%a: !a) {
  // expected-error @below {{invalid kind of type specified: expected hopper.smem}}
  %p = hopper.wgmma %a, %a : !a, !a -> !hopper.pending<!d>
  return
}

// -----

!d = tensor<64x64xf32, #hopper.fragment>

// hopper.commit (C1)
func.func @what_is_committed_was_issued(%p: !hopper.pending<!d>) {
  // expected-error @below {{expects the result of a hopper.wgmma}}
  %c = hopper.commit %p : !hopper.pending<!d>
  return
}

// -----

!b = !hopper.smem<64x64xf16, swizzle = 128>
!d = tensor<64x64xf32, #hopper.fragment>

// hopper.wgmma (C5)
func.func @a_product_is_added_to_one_thing(%b: !b, %d: !d) {
  %p = hopper.wgmma %b, %b : !b, !b -> !hopper.pending<!d>
  %c = hopper.commit %p : !hopper.pending<!d>
  // expected-error @below {{expects an accumulator or a product in flight to add to, but got both}}
  %q = hopper.wgmma %b, %b, %d onto %c : !b, !b -> !hopper.pending<!d>
  return
}

// -----

!b = !hopper.smem<64x64xf16, swizzle = 128>
!c = tensor<64x128xf32, #hopper.fragment>
!d = tensor<64x64xf32, #hopper.fragment>

func.func @what_a_product_is_added_to_is_as_its_result(%b: !b, %c: !hopper.pending<!c>) {
  // expected-error @below {{failed to verify that onto is as the result}}
  %p = "hopper.wgmma"(%b, %b, %c) <{operandSegmentSizes = array<i32: 1, 1, 0, 1>}>
      : (!b, !b, !hopper.pending<!c>) -> !hopper.pending<!d>
  return
}

// -----

func.func @the_newest_groups_are_at_least_one() {
  // expected-error @below {{attribute 'pending' failed to satisfy constraint: 64-bit signless integer attribute whose value is positive}}
  hopper.wait_older 0
  return
}

// -----

!b = !hopper.smem<64x64xf16, swizzle = 128>
!d = tensor<64x64xf32, #hopper.fragment>

// hopper.wgmma (C5)
func.func @a_product_is_added_to_one_thing(%b: !b, %d: !d) {
  %p = hopper.wgmma %b, %b : !b, !b -> !hopper.pending<!d>
  %c = hopper.commit %p : !hopper.pending<!d>
  // expected-error @below {{expects an accumulator or a product in flight to add to, but got both}}
  %q = hopper.wgmma %b, %b, %d onto %c : !b, !b -> !hopper.pending<!d>
  return
}

// -----

!b = !hopper.smem<64x64xf16, swizzle = 128>
!c = tensor<64x128xf32, #hopper.fragment>
!d = tensor<64x64xf32, #hopper.fragment>

func.func @what_a_product_is_added_to_is_as_its_result(%b: !b, %c: !hopper.pending<!c>) {
  // expected-error @below {{failed to verify that onto is as the result}}
  %p = "hopper.wgmma"(%b, %b, %c) <{operandSegmentSizes = array<i32: 1, 1, 0, 1>}>
      : (!b, !b, !hopper.pending<!c>) -> !hopper.pending<!d>
  return
}

// -----

func.func @the_newest_groups_are_at_least_one() {
  // expected-error @below {{attribute 'pending' failed to satisfy constraint: 64-bit signless integer attribute whose value is positive}}
  hopper.wait_older 0
  return
}

// -----

!b = !hopper.smem<64x64xf16, swizzle = 128>
!d = tensor<64x64xf32, #hopper.fragment>

// hopper.wait (C1)
func.func @what_is_waited_for_was_committed(%b: !b) {
  %p = hopper.wgmma %b, %b : !b, !b -> !hopper.pending<!d>
  // expected-error @below {{expects the result of a hopper.commit, or of a loop that carries one}}
  %d = hopper.wait 0, %p : !hopper.pending<!d>
  return
}

// -----

!b = !hopper.smem<64x64xf16, swizzle = 128>
!d = tensor<64x64xf32, #hopper.fragment>

func.func @groups_in_flight_are_not_negative(%b: !b) {
  %p = hopper.wgmma %b, %b : !b, !b -> !hopper.pending<!d>
  %c = hopper.commit %p : !hopper.pending<!d>
  // expected-error @below {{attribute 'pending' failed to satisfy constraint: 64-bit signless integer attribute whose value is non-negative}}
  %d = hopper.wait -1, %c : !hopper.pending<!d>
  return
}

// -----

!d = tensor<64x64xf32, #hopper.fragment>

func.func @pending_tiles_have_no_elements(%p: !hopper.pending<!d>) {
  // expected-error @below {{operand #0 must be floating-point-like, but got '!hopper.pending<tensor<64x64xf32, #hopper.fragment>>'}}
  %s = math.exp2 %p : !hopper.pending<!d>
  return
}

// -----

// hopper.wgmma_fence (C1)
func.func @fence_is_for_registers(%t: tensor<64x64xf32>) {
  // expected-error @below {{expects tiles encoded as #hopper.fragment, but got 'tensor<64x64xf32>'}}
  %f = hopper.wgmma_fence %t : tensor<64x64xf32>
  return
}

// -----

func.func @fence_of_nothing_says_so() {
  // expected-error @below {{expected 'none'}}
  hopper.wgmma_fence {note}
  return
}

// -----

!d = tensor<64x64xf32, #hopper.fragment>

func.func @fence_passes_tiles_through(%t: !d) {
  // expected-error @below {{results have the types of tiles}}
  %f:2 = "hopper.wgmma_fence"(%t) : (!d) -> (!d, !d)
  return
}
