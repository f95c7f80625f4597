//! A crossover that works in doubles. What the main input has below a frequency goes to the main output,
//! the rest to the auxiliary output. The sidechain, if it is connected, moves that frequency.

// build.mjs copies this file from the package.
#[path = "build/heap.rs"]
mod heap;

use std::mem::{align_of, size_of, transmute};
use std::ptr::addr_of_mut;
use std::slice;

const MAX_CHANNELS: usize = 32;

/// One bus as the host lays it out: CLAP's `clap_audio_buffer` on wasm32.
#[repr(C)]
pub struct Bus {
    /// One pointer for each channel; null if the samples are no floats.
    data32: *const *mut f32,
    /// One pointer for each channel; null if the samples are no doubles.
    data64: *const *mut f64,
    /// Channels in this block.
    channel_count: u32,
    /// Frames of latency from or to the host; always 0 here.
    #[allow(dead_code)]
    latency: u32,
    /// Bit c is set if channel c holds one value throughout the block.
    #[allow(dead_code)]
    constant_mask: u64,
}

/// A compiler that lays the bus out in another way stops here. Each field of the probe holds another value,
/// so the byte at a field's offset tells whether the field lies there.
const _: () = {
    assert!(size_of::<Bus>() == 24 && align_of::<Bus>() == 8);
    let probe = Bus { data32: 1 as _, data64: 2 as _, channel_count: 3, latency: 4, constant_mask: 5 };
    let bytes: [u8; 24] = unsafe { transmute(probe) };
    assert!(bytes[0] == 1 && bytes[4] == 2 && bytes[8] == 3 && bytes[12] == 4 && bytes[16] == 5);
};

impl Bus {
    /// A channel's samples for reading; `None` if the bus does not have the channel.
    unsafe fn samples(&self, channel: usize, frames: usize) -> Option<&[f64]> {
        (channel < self.channel_count as usize).then(|| slice::from_raw_parts(*self.data64.add(channel), frames))
    }

    /// The same for writing. Every output channel has samples of its own.
    unsafe fn samples_mut(&mut self, channel: usize, frames: usize) -> Option<&mut [f64]> {
        (channel < self.channel_count as usize).then(|| slice::from_raw_parts_mut(*self.data64.add(channel), frames))
    }
}

/// One parameter as the host lays it out.
#[repr(C)]
pub struct Parameter {
    /// Number of values: 1 if they are all the same, else one for each frame.
    #[allow(dead_code)]
    length: u32,
    /// A value for each frame of the block, whatever `length` is. Of a "k-rate" parameter, a single value.
    data: *const f64,
}

const _: () = {
    assert!(size_of::<Parameter>() == 8 && align_of::<Parameter>() == 4);
    let probe = Parameter { length: 1, data: 2 as _ };
    let bytes: [u8; 8] = unsafe { transmute(probe) };
    assert!(bytes[0] == 1 && bytes[4] == 2);
};

/// What the sidechain, at full scale, adds to the step of the low band.
const STEP_PER_CONTROL: f64 = 0.09;
/// A low band below this is set to 0. Otherwise it becomes a denormal number, with which arithmetic is slow.
const INAUDIBLE: f64 = 1e-30;

/// The low band of each channel, from one block to the next.
static mut LOW: [f64; MAX_CHANNELS] = [0.0; MAX_CHANNELS];

/// Two input buses (main, sidechain) and two output buses (low, high), in the storage's sample format "f64". The one
/// parameter is the step of the low band: the part of its way to the input that it moves in one frame.
///
/// # Safety
/// All addresses are those of a storage, and `frames` is what its `collect` or `begin` returned for this block.
#[no_mangle]
pub unsafe extern "C" fn process(inputs: *const Bus, outputs: *mut Bus, frames: usize, parameters: *const Parameter) {
    let (main, sidechain) = (&*inputs, &*inputs.add(1));
    let (low_out, high_out) = (&mut *outputs, &mut *outputs.add(1));
    let steps = slice::from_raw_parts((*parameters).data, frames);
    let control = sidechain.samples(0, frames);
    for (channel, state) in (*addr_of_mut!(LOW)).iter_mut().enumerate() {
        let all = (main.samples(channel, frames), low_out.samples_mut(channel, frames), high_out.samples_mut(channel, frames));
        if let (Some(input), Some(low), Some(high)) = all {
            split(state, input, steps, control, low, high);
        }
    }
}

fn split(state: &mut f64, input: &[f64], steps: &[f64], control: Option<&[f64]>, low: &mut [f64], high: &mut [f64]) {
    for k in 0..input.len() {
        *state += (input[k] - *state) * step(steps[k], control.map_or(0.0, |samples| samples[k]));
        low[k] = *state;
        high[k] = input[k] - *state;
    }
    if state.abs() < INAUDIBLE {
        *state = 0.0;
    }
}

/// The step, clamped to the range in which the filter is stable: the sidechain may hold any value.
fn step(step: f64, control: f64) -> f64 {
    (step + STEP_PER_CONTROL * control).max(0.0).min(1.0)
}
