/*
 * malloc and free for a kernel without a C library. Compile this file together with the kernel: the host calls the two functions
 * to place its buffers in the kernel's memory. Free pieces are in a list, in order of address. malloc takes the first piece that
 * is large enough, so its time grows with the number of pieces: it is for set-up, not for the render path. A kernel that is
 * linked with a C library exports that library's malloc and free instead.
 */

#include <stddef.h>
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(#name)))
#define PAGE_BYTES ((size_t)65536)

/* The header of a piece of memory, taken or free. It is as long as its alignment, 16 bytes, so that the
   bytes after it are on a 16-byte boundary too. */
typedef struct piece {
  _Alignas(16) size_t bytes; /* Length of the piece, including the header. */
  struct piece *next;        /* The next free piece. Not used while this piece is taken. */
} piece;

_Static_assert(sizeof(piece) == 16, "what follows a header is on a 16-byte boundary");

/* The linker places this symbol after the module's own data and stack. */
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

/* Puts a piece into the list, and merges it with free pieces that lie directly before and after it. */
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

/* Puts into the list what the module's own data leaves of its last page. */
static void open_heap(void) {
  static int is_open;
  if (is_open) return;
  is_open = 1;
  const uintptr_t base = rounded_up((uintptr_t)&__heap_base, sizeof(piece));
  give_back_range(base, rounded_up(base, PAGE_BYTES) - base);
}

/* Adds pages and puts them into the list: only these, because the host may have added pages for itself before. */
static int grow(size_t bytes) {
  const size_t pages = rounded_up(bytes, PAGE_BYTES) / PAGE_BYTES;
  const size_t first_page = __builtin_wasm_memory_grow(0, pages);
  if (first_page == (size_t)-1) return 0;
  give_back_range(first_page * PAGE_BYTES, pages * PAGE_BYTES);
  return 1;
}

/* Takes a piece of `bytes` bytes off the list; null if no piece is large enough. */
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

/* Address of `bytes` bytes on a 16-byte boundary; null if there is no room. */
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
