import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Compiles the kernel; resolves to the path of its module.
 *
 * @throws Error with one line where a compiler is missing, with the compiler's own words where it finds fault.
 */
export async function build() {
  const compiler = rustc();
  if (compiler === undefined) {
    throw new Error(
      "Rust kernels need rustc with wasm32-unknown-unknown; on Debian or Ubuntu: sudo apt-get install rustc libstd-rust-dev-wasm32 lld",
    );
  }
  const output = path("build/kernel.wasm");
  mkdirSync(path("build"), { recursive: true });
  copyFileSync(fileURLToPath(import.meta.resolve("wasm-process-buffers/include/heap.rs")), path("build/heap.rs"));
  const { status, stderr } = spawnSync(compiler, [...FLAGS, "-o", output, path("kernel.rs")], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr.trim());
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
const TARGET = ["--target", "wasm32-unknown-unknown", "--crate-type", "cdylib", "--edition", "2021"];
const FLAGS = [...TARGET, "-D", "warnings", "-C", "opt-level=3", "-C", "panic=abort", "-C", "lto", "-C", "strip=symbols"];
