import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { include, run } from "../compilers.mjs";

/**
 * Compiles the kernel; resolves to the path of its module.
 *
 * @throws Error with one line where a compiler is missing, with the compiler's own words where it finds fault.
 */
export async function build() {
  const compiler = rustc();
  if (compiler === undefined) throw new Error(INSTALL);
  const output = path("build/kernel.wasm");
  mkdirSync(path("build"), { recursive: true });
  copyFileSync(join(include, "heap.rs"), path("build/heap.rs"));
  run(compiler, [...FLAGS, "-o", output, path("kernel.rs")], INSTALL);
  return output;
}

/** A Rust compiler that has the wasm target: not always the first on PATH. */
export function rustc() {
  return ["rustc", "/usr/bin/rustc"].find((compiler) => {
    const { status, stdout } = spawnSync(compiler, ["--print", "target-libdir", "--target", "wasm32-unknown-unknown"], {
      encoding: "utf8",
    });
    return status === 0 && existsSync(stdout.trim());
  });
}

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const INSTALL =
  "Rust kernels need rustc with wasm32-unknown-unknown; on Debian or Ubuntu: sudo apt-get install rustc libstd-rust-dev-wasm32 lld";
const TARGET = ["--target", "wasm32-unknown-unknown", "--crate-type", "cdylib", "--edition", "2021"];
const FLAGS = [...TARGET, "-D", "warnings", "-C", "opt-level=3", "-C", "panic=abort", "-C", "lto", "-C", "strip=symbols"];
