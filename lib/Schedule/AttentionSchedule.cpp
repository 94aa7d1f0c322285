//===- AttentionSchedule.cpp - How a kernel runs flash attention ----------===//

#include "cca/Schedule/AttentionSchedule.h"

#include <tuple>

using namespace mlir::cca;

llvm::StringRef mlir::cca::stringifySoftmaxForm(SoftmaxForm form) {
  switch (form) {
  case SoftmaxForm::Bounded:
    return "bounded";
  case SoftmaxForm::Online:
    return "online";
  case SoftmaxForm::Auto:
    return "auto";
  }
  return "";
}

std::optional<SoftmaxForm>
mlir::cca::symbolizeSoftmaxForm(llvm::StringRef name) {
  for (SoftmaxForm form :
       {SoftmaxForm::Bounded, SoftmaxForm::Online, SoftmaxForm::Auto})
    if (stringifySoftmaxForm(form) == name)
      return form;
  return std::nullopt;
}

static auto fields(const AttentionSchedule &s) {
  return std::tie(s.blockQ, s.blockKV, s.stages, s.consumers, s.softmax,
                  s.overlap, s.pingPong);
}

bool mlir::cca::operator==(const AttentionSchedule &a,
                           const AttentionSchedule &b) {
  return fields(a) == fields(b);
}
