/*
 * malloc for what the host keeps in this plug-in's memory. A plug-in for wasm32 exports `malloc`, and need not
 * export `free`, because hosts allocate only once. So each call just moves an address up.
 */

#include <stddef.h>
#include <stdint.h>

#define PAGE_BYTES ((size_t)65536)
#define ALIGNMENT ((size_t)16)

/* The linker places this symbol after the module's own data and stack. */
extern unsigned char __heap_base;

static size_t rounded_up(size_t bytes, size_t unit) {
  return (bytes + unit - 1) & ~(unit - 1);
}

__attribute__((export_name("malloc")))
void *malloc(size_t bytes) {
  static int is_open;
  static uintptr_t next, end;
  if (!is_open) {
    is_open = 1;
    next = rounded_up((uintptr_t)&__heap_base, ALIGNMENT);
    end = rounded_up(next, PAGE_BYTES);
  }
  if (bytes > SIZE_MAX - PAGE_BYTES) return NULL;
  const size_t taken = rounded_up(bytes == 0 ? 1 : bytes, ALIGNMENT);
  if (taken > end - next) {
    const size_t pages = rounded_up(taken, PAGE_BYTES) / PAGE_BYTES;
    const size_t first_page = __builtin_wasm_memory_grow(0, pages);
    if (first_page == (size_t)-1) return NULL;
    /* If the host has added pages too, the new ones do not follow those of this allocator. */
    if (first_page * PAGE_BYTES != end) next = first_page * PAGE_BYTES;
    end = (first_page + pages) * PAGE_BYTES;
  }
  void *given = (void *)next;
  next += taken;
  return given;
}
