//===- FakeGraph.h - Streams, captured and not ------------------*- C++ -*-===//

#ifndef CCA_TEST_FAKEDRIVER_FAKEGRAPH_H
#define CCA_TEST_FAKEDRIVER_FAKEGRAPH_H

#include "FakeKernel.h"

namespace fake {

/// Keeps a launch, with copies of its arguments, if the stream is captured;
/// whether it is.
bool record(void *stream, const Kernel &kernel, void **arguments);

} // namespace fake

#endif // CCA_TEST_FAKEDRIVER_FAKEGRAPH_H
