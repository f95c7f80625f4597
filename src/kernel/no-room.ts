import { type Named, valuesIn } from "./allocator";

/** The error for a kernel that has a memory, but no allocator and no part that is known to be unused. */
export function noRoom(exports: Named, other = ""): Error {
  const names = valuesIn(exports).flatMap(([name, value]) => (typeof value === "function" ? [name] : []));
  const isAssemblyScript = names.includes("__new") || names.includes("__pin");
  const recipe = isAssemblyScript
    ? "AssemblyScript's __new makes objects for its garbage collector: export malloc and free that call heap.alloc and heap.free"
    : "build with -sEXPORTED_FUNCTIONS=_malloc,_free (Emscripten), --export=malloc --export=free (clang), or the package's include/heap.c or include/heap.rs";
  const found = names.length === 0 ? "no function" : names.slice(0, MOST_NAMES).join(", ") + (names.length > MOST_NAMES ? ", …" : "");
  return new Error(
    `the kernel has a memory, but nobody says where in it there is room: malloc, _malloc, wasm_malloc, __wbindgen_malloc and functions that behave like one were looked for, ${found} found. It takes ${other}an allocator: ${recipe}`,
  );
}

const MOST_NAMES = 12;
