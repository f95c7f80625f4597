// A model for the neural amplifier that is small enough to stand here: a filter of four taps.

export const model = JSON.stringify({
  version: "0.5.4",
  architecture: "Linear",
  config: { receptive_field: 4, bias: false },
  weights: [0.5, -0.25, 0.125, 0.75],
  sample_rate: 48000,
});
