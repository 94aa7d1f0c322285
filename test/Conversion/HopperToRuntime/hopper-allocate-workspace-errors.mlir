// RUN: cca-opt %s --hopper-allocate-workspace --split-input-file --verify-diagnostics

func.func @in_loop(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    // expected-error @below {{expects temporaries in the body of a function, but got one in scf.for}}
    %a = memref.alloc() : memref<4xf32>
  }
  return
}

// -----

func.func private @helper() {
  // expected-error @below {{expects temporaries in public functions that are not called, but got one in @helper}}
  %a = memref.alloc() : memref<4xf32>
  return
}

// -----

func.func @callee() {
  // expected-error @below {{expects temporaries in public functions that are not called, but got one in @callee}}
  %a = memref.alloc() : memref<4xf32>
  return
}
func.func @caller() {
  call @callee() : () -> ()
  return
}

// -----

func.func @taken() {
  %a = memref.alloc() : memref<4xf32>
  return
}
// expected-error @below {{expects no function of this name beside @taken, which needs a workspace, but got @taken_workspace_size}}
func.func @taken_workspace_size() {
  return
}

// -----

func.func @bits() {
  // expected-error @below {{expects a contiguous temporary with elements of whole bytes, but got 'memref<8xi1>'}}
  %a = memref.alloc() : memref<8xi1>
  return
}

// -----

func.func @strided() {
  // expected-error @below {{expects a contiguous temporary with elements of whole bytes, but got 'memref<4xf32, strided<[2]>>'}}
  %a = memref.alloc() : memref<4xf32, strided<[2]>>
  return
}

// -----

// A workspace that is made for one device would be too small for another.
func.func @per_multiprocessor() {
  // expected-error @below {{expects the size of a temporary to follow from sizes of arguments}}
  %n = hopper.multiprocessor_count
  %a = memref.alloc(%n) : memref<?xf32>
  return
}

// -----

// expected-error @below {{expects the size of a temporary to follow from sizes of arguments, but got an argument}}
func.func @by_number(%n: index) {
  %a = memref.alloc(%n) : memref<?xf32>
  return
}
