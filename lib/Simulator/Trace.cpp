//===- Trace.cpp - Timelines for chrome://tracing and Perfetto ------------===//

#include "cca/Simulator/Trace.h"

#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace mlir::cca;

void Trace::add(int64_t block, StringRef track, StringRef name, double begin,
                double end) {
  auto key = std::make_pair(block, track.str());
  unsigned number = tracks.insert({key, unsigned(tracks.size())}).first->second;
  slices.push_back({block, number, name.str(), begin, end});
}

/// An event that names a process or a thread.
static void writeName(llvm::json::OStream &json, StringRef kind, int64_t block,
                      unsigned track, StringRef name) {
  json.object([&] {
    json.attribute("ph", "M");
    json.attribute("name", kind);
    json.attribute("pid", block);
    json.attribute("tid", track);
    json.attributeObject("args", [&] { json.attribute("name", name); });
  });
}

void Trace::write(raw_ostream &os) const {
  llvm::json::OStream json(os);
  json.object([&] {
    json.attributeArray("traceEvents", [&] {
      for (const auto &[key, track] : tracks) {
        writeName(json, "process_name", key.first, track,
                  "block " + std::to_string(key.first));
        writeName(json, "thread_name", key.first, track, key.second);
      }
      for (const Slice &slice : slices)
        json.object([&] {
          json.attribute("ph", "X");
          json.attribute("name", slice.name);
          json.attribute("pid", slice.block);
          json.attribute("tid", slice.track);
          json.attribute("ts", slice.begin);
          json.attribute("dur", slice.end - slice.begin);
        });
    });
    json.attributeObject("otherData", [&] {
      json.attribute("unit", "a microsecond stands for a cycle");
    });
  });
  os << '\n';
}
