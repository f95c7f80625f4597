import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";

const fromRoot = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const { homepage, repository, description } = JSON.parse(readFileSync(fromRoot("package.json"), "utf8"));
const source = repository.url.replace(/^git\+(.*)\.git$/, "$1");
// Groups that cannot be folded: VitePress puts a button into the button that folds them, which screen readers do not take.
const reference = JSON.parse(readFileSync(fromRoot("build/site-pages/reference/typedoc-sidebar.json"), "utf8")).map(({ text, items }) => ({
  text,
  items,
}));
const page = (text, link) => ({ text, link });

export default defineConfig({
  title: "wasm-process-buffers",
  description,
  lang: "en",
  base: process.env.SITE_BASE ?? new URL(homepage).pathname,
  srcDir: fromRoot("build/site-pages"),
  outDir: fromRoot("build/site"),
  cacheDir: fromRoot("build/vitepress"),
  // Any static server finds them as they are named.
  cleanUrls: false,
  // The playground is no page: it is built into the folder afterwards.
  ignoreDeadLinks: [/^\/playground\//],
  head: [["link", { rel: "icon", href: "data:," }]],
  markdown: {
    // Colours that pass WCAG's contrast on this theme's backgrounds.
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config: nameFiles,
  },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      page("Documentation", "/kernels/"),
      page("Reference", "/reference/"),
      { text: "Playground", link: "/playground/", target: "_self" },
    ],
    sidebar: {
      "/reference/": reference,
      "/": [
        {
          text: "Kernels",
          items: [
            page("What a kernel is handed", "/kernels/"),
            page("C and C++", "/kernels/c"),
            page("AssemblyScript", "/kernels/assemblyscript"),
            page("Rust", "/kernels/rust"),
            page("Faust", "/kernels/faust"),
            page("CLAP", "/kernels/clap"),
            page("Published kernels", "/published-kernels"),
          ],
        },
        {
          text: "Use",
          items: [
            page("Hosts", "/hosts"),
            page("Blocks", "/blocks"),
            page("Parameters and events", "/parameters-and-events"),
            page("Memory", "/memory"),
            page("Bundlers", "/bundlers"),
          ],
        },
        {
          text: "How it works",
          items: [
            page("Performance", "/performance"),
            page("Architecture", "/architecture"),
            page("Security", "/security"),
            page("Changes", "/changes"),
          ],
        },
      ],
    },
    socialLinks: [{ icon: "github", link: source, ariaLabel: "Repository" }],
    footer: { message: "MIT licence" },
  },
  vite: {
    resolve: { alias: { "wasm-process-buffers": fromRoot("dist/index.js") } },
    // A worklet's scope loads modules.
    worker: { format: "es" },
    build: { assetsInlineLimit: 0 },
  },
});

/** Shows the name of the file that a block of code would be, which stands behind the language. */
function nameFiles(markdown) {
  const { fence } = markdown.renderer.rules;
  markdown.renderer.rules.fence = (tokens, index, ...others) => {
    const [, name] = tokens[index].info.trim().split(" ");
    const code = fence(tokens, index, ...others);
    return name === undefined ? code : `<div class="file"><p class="file-name">${name}</p>${code}</div>`;
  };
}
