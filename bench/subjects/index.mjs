// What is measured in processes of its own, in this order. Each file there exports `cases`, and `run`,
// which measures one of them; some `prepare` something before.

export const SUBJECTS = ["planar", "faust", "many", "f64", "interleaved", "clear", "constant", "window", "setup"];
