// A looper. While it records, it keeps what comes in on the second input bus. While it plays, it repeats that and mixes it
// with the main input. All buses are stereo.
//
// While it records, the loop gets longer: a std::vector allocates in the middle of `process`, and the module's memory may
// grow. No kernel should do that on the audio thread, but many do.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <emscripten.h>

#include "process_buffers.h"

#define EXPORT extern "C" EMSCRIPTEN_KEEPALIVE

namespace {

constexpr std::size_t CHANNELS = 2;

class Loop {
 public:
  void clear() {
    samples = {};
    position = 0;
  }

  void append(const process_buffers_bus &take, uint32_t frames) {
    for (std::size_t c = 0; c < CHANNELS; c++) samples[c].insert(samples[c].end(), take.data32[c], take.data32[c] + frames);
  }

  void rewind() { position = 0; }

  void add_to(const process_buffers_bus &output, uint32_t frames) {
    const std::size_t length = samples[0].size();
    if (length == 0) return;
    for (uint32_t k = 0; k < frames; k++) {
      for (std::size_t c = 0; c < CHANNELS; c++) output.data32[c][k] += samples[c][position];
      if (++position == length) position = 0;
    }
  }

 private:
  std::array<std::vector<float>, CHANNELS> samples;
  std::size_t position = 0;
};

Loop loop;
bool records = false;

}  // namespace

// Records a new loop from the next block on.
EXPORT void record() {
  loop.clear();
  records = true;
}

// Plays the loop from its start, from the next block on.
EXPORT void play() {
  loop.rewind();
  records = false;
}

EXPORT void process(const process_buffers_bus *inputs, process_buffers_bus *outputs, uint32_t frames) {
  const process_buffers_bus &main = inputs[0];
  const process_buffers_bus &take = inputs[1];
  const process_buffers_bus &output = outputs[0];
  for (std::size_t c = 0; c < CHANNELS; c++) std::copy_n(main.data32[c], frames, output.data32[c]);
  if (records) loop.append(take, frames);
  else loop.add_to(output, frames);
}
