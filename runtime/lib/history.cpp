// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A training's History as JSON.
#include "keratin/history.hpp"

#include <nlohmann/json.hpp>

namespace keratin::rt {

std::string formatHistory(const History &history, uint64_t seed) {
  nlohmann::ordered_json json;
  json["epoch"] = history.epochs;
  for (const auto &[name, values] : history.values)
    json[name] = values;
  json["step_loss"] = history.stepLoss;
  json["seed"] = seed;
  return json.dump(1) + "\n";
}

} // namespace keratin::rt
