// A ducker, written as a callback for Emscripten's Wasm Audio Worklets: turns the main input down while the second input is loud.

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#if __has_include(<emscripten/webaudio.h>)
#include <emscripten/webaudio.h>
#else
// The Emscripten of Debian 12, 3.1.6, has no Wasm Audio Worklets yet, and no such header.
typedef struct AudioSampleFrame {
  const int numberOfChannels;
  const int samplesPerChannel;
  float *data;
} AudioSampleFrame;
typedef struct AudioParamFrame {
  int length;
  float *data;
} AudioParamFrame;
#endif

typedef struct Ducker {
  float level;
  int blocks;
} Ducker;

// Indices of the parameters, in declared order.
enum { GAIN, DEPTH, SPEED };

static float value_at(const AudioParamFrame *param, int frame) { return param->data[param->length > 1 ? frame : 0]; }

Ducker *create(void) { return calloc(1, sizeof(Ducker)); }

// After so many blocks `process` returns false. -1: it goes on for ever.
static int last_block = -1;
void end_after(int blocks) { last_block = blocks; }

bool process(int numInputs, const AudioSampleFrame *inputs, int numOutputs, AudioSampleFrame *outputs, int numParams,
             const AudioParamFrame *params, void *userData) {
  Ducker *ducker = userData;
  if (numInputs != 2 || numOutputs != 1 || numParams != 3 || ducker->blocks == last_block) return false;
  ducker->blocks++;
  const AudioSampleFrame *main = &inputs[0], *side = &inputs[1];
  const int frames = outputs[0].samplesPerChannel;
  for (int frame = 0; frame < frames; frame++) {
    const float loudness = side->numberOfChannels > 0 ? fabsf(side->data[frame]) : 0;
    ducker->level += (loudness - ducker->level) * params[SPEED].data[0];
    const float factor = value_at(&params[GAIN], frame) * (1 - value_at(&params[DEPTH], frame) * ducker->level);
    for (int channel = 0; channel < outputs[0].numberOfChannels; channel++) {
      // The channels are contiguous, each as long as the block.
      const float sample = channel < main->numberOfChannels ? main->data[channel * main->samplesPerChannel + frame] : 0;
      outputs[0].data[channel * frames + frame] = sample * factor;
    }
  }
  return true;
}

typedef bool Callback(int, const AudioSampleFrame *, int, AudioSampleFrame *, int, const AudioParamFrame *, void *);

// The callback as a function pointer, as emscripten_create_wasm_audio_worklet_node takes it. Outside of wasm it is a number.
Callback *callback(void) { return process; }
