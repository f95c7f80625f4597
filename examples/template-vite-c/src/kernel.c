#include <process_buffers.h>

/* Turns the input up and rounds its peaks off. More drive makes them flatter. */
void process(const process_buffers_bus *inputs, process_buffers_bus *outputs, uint32_t frames,
             const process_buffers_parameter *parameters) {
  const float *drive = parameters[0].data;
  for (uint32_t c = 0; c < outputs[0].channel_count; c++) {
    for (uint32_t k = 0; k < frames; k++) {
      const float driven = drive[k] * inputs[0].data32[c][k];
      outputs[0].data32[c][k] = driven / (1 + __builtin_fabsf(driven));
    }
  }
}
