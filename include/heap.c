/*
 * The allocator with which a host places its buffers in a kernel's memory, compiled along with the kernel: a list of what is free,
 * in order of address, from which the first piece that is large enough is taken. For set-up, not for
 * the render path. A kernel that is linked with a C library exports that library's instead.
 */

#include <stddef.h>
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(#name)))
#define PAGE_BYTES ((size_t)65536)

/* Stands in front of every piece of memory, taken or free. As large as it is aligned, so that what
   follows it is on a 16-byte boundary too. */
typedef struct piece {
  _Alignas(16) size_t bytes; /* The header counts. */
  struct piece *next;        /* The next free one; of no meaning while taken. */
} piece;

_Static_assert(sizeof(piece) == 16, "what follows a header is on a 16-byte boundary");

/* Where the linker ends the module's own data. */
extern unsigned char __heap_base;

static piece *first_free;

static size_t rounded_up(size_t bytes, size_t unit) {
  return (bytes + unit - 1) & ~(unit - 1);
}

static int touch(const piece *lower, const piece *upper) {
  return lower != NULL && upper != NULL && (uintptr_t)lower + lower->bytes == (uintptr_t)upper;
}

static void merge(piece *lower, const piece *upper) {
  lower->bytes += upper->bytes;
  lower->next = upper->next;
}

/* Puts a piece into the list, and makes one of it and the free memory on either side. */
static void give_back(piece *given) {
  piece *before = NULL;
  piece *after = first_free;
  while (after != NULL && after < given) {
    before = after;
    after = after->next;
  }
  given->next = after;
  if (before == NULL) first_free = given;
  else before->next = given;
  if (touch(given, after)) merge(given, after);
  if (touch(before, given)) merge(before, given);
}

static void give_back_range(uintptr_t from, size_t bytes) {
  if (bytes < sizeof(piece)) return;
  piece *given = (piece *)from;
  given->bytes = bytes;
  give_back(given);
}

/* What the first page of the heap has left behind the module's own data. */
static void open_heap(void) {
  static int is_open;
  if (is_open) return;
  is_open = 1;
  const uintptr_t base = rounded_up((uintptr_t)&__heap_base, sizeof(piece));
  give_back_range(base, rounded_up(base, PAGE_BYTES) - base);
}

/* Only the pages that this call adds: the host may have grown the memory too, and keeps what it added. */
static int grow(size_t bytes) {
  const size_t pages = rounded_up(bytes, PAGE_BYTES) / PAGE_BYTES;
  const size_t first_page = __builtin_wasm_memory_grow(0, pages);
  if (first_page == (size_t)-1) return 0;
  give_back_range(first_page * PAGE_BYTES, pages * PAGE_BYTES);
  return 1;
}

/* Takes `bytes` off the list; null where nothing is large enough. */
static piece *take(size_t bytes) {
  for (piece **link = &first_free; *link != NULL; link = &(*link)->next) {
    piece *found = *link;
    if (found->bytes < bytes) continue;
    *link = found->next;
    const size_t rest = found->bytes - bytes;
    if (rest > 0) {
      found->bytes = bytes;
      give_back_range((uintptr_t)found + bytes, rest);
    }
    return found;
  }
  return NULL;
}

/* `bytes` bytes on a 16-byte boundary; null where there is no room. */
EXPORT(malloc)
void *malloc(size_t bytes) {
  if (bytes > SIZE_MAX - PAGE_BYTES - sizeof(piece)) return NULL;
  open_heap();
  const size_t whole = rounded_up(bytes, sizeof(piece)) + sizeof(piece);
  piece *taken = take(whole);
  if (taken == NULL && grow(whole)) taken = take(whole);
  return taken == NULL ? NULL : taken + 1;
}

EXPORT(free)
void free(void *address) {
  if (address != NULL) give_back((piece *)address - 1);
}
