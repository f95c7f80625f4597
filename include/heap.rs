//! malloc and free for a kernel in Rust: the host calls them to place its buffers in the kernel's memory.
//! Rust's allocator has to know a block's size to free it, and the host passes only the address. So the
//! size is stored in front of each block.

use std::alloc::Layout;
use std::ptr::null_mut;

const ALIGNMENT: usize = 16;

fn layout(whole: usize) -> Option<Layout> {
    Layout::from_size_align(whole, ALIGNMENT).ok()
}

#[no_mangle]
pub extern "C" fn malloc(byte_length: usize) -> *mut u8 {
    let whole = byte_length.saturating_add(ALIGNMENT);
    let start = layout(whole).map_or(null_mut(), |layout| unsafe { std::alloc::alloc(layout) });
    if start.is_null() {
        return null_mut();
    }
    unsafe {
        start.cast::<usize>().write(whole);
        start.add(ALIGNMENT)
    }
}

/// # Safety
/// `address` is null, or came from `malloc` and was not given back yet.
#[no_mangle]
pub unsafe extern "C" fn free(address: *mut u8) {
    if address.is_null() {
        return;
    }
    let start = address.sub(ALIGNMENT);
    if let Some(layout) = layout(start.cast::<usize>().read()) {
        std::alloc::dealloc(start, layout);
    }
}
