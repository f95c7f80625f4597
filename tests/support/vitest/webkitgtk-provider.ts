// A vitest browser provider for WebKitGTK. Xvfb is the screen; WebKitWebDriver starts the browser and is
// driven over HTTP by the WebDriver protocol.

import { type ChildProcess, spawn } from "node:child_process";
import { type AddressInfo, createServer } from "node:net";
import { defineBrowserProvider } from "@vitest/browser";
import type { BrowserProvider, TestProject } from "vitest/node";
import { openDisplay } from "../display";
import type { PerformActions } from "./pointer-and-keyboard";

export interface WebKitGtkOptions {
  /** The path of MiniBrowser. */
  readonly binary: string | undefined;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export function webkitgtk(options: WebKitGtkOptions) {
  return defineBrowserProvider({
    name: "webkitgtk",
    // Vitest knows three names of browsers; this is the one that fits.
    supportedBrowser: ["webkit"],
    options,
    providerFactory: (project) => new WebKitGtkProvider(project, options),
  });
}

class WebKitGtkProvider implements BrowserProvider {
  readonly name = "webkitgtk";
  readonly supportsParallelism = false;
  private readonly children: ChildProcess[] = [];
  private session: Promise<string> | undefined;

  constructor(
    project: TestProject,
    private readonly options: WebKitGtkOptions,
  ) {
    // Vitest sets the viewport by this command. Here the size of the window is enough, so it does nothing.
    (project.browser as unknown as { registerCommand(name: string, command: () => Promise<void>): void }).registerCommand(
      "__vitest_viewport",
      async () => {},
    );
  }

  getCommandsContext() {
    const perform: PerformActions = async (actions) => {
      await request("POST", `${await this.session}/actions`, { actions });
    };
    return { perform };
  }

  async openPage(_sessionId: string, url: string): Promise<void> {
    this.session ??= this.open();
    await request("POST", `${await this.session}/url`, { url });
  }

  async close(): Promise<void> {
    if (this.session !== undefined) await request("DELETE", await this.session).catch(() => {});
    for (const child of this.children.reverse()) child.kill();
  }

  /** Starts the screen, the driver and a session; the session's address. */
  private async open(): Promise<string> {
    const { server, display } = openDisplay();
    this.children.push(server);
    const port = await freePort();
    const environment = { ...process.env, DISPLAY: await display, NO_AT_BRIDGE: "1", ...this.options.env };
    this.children.push(spawn("WebKitWebDriver", [`--port=${port}`], { stdio: "ignore", env: environment }));
    const driver = `http://127.0.0.1:${port}`;
    await waitUntilAnswered(`${driver}/status`);
    const { sessionId } = (await request("POST", `${driver}/session`, {
      capabilities: {
        alwaysMatch: {
          "webkitgtk:browserOptions": { binary: this.options.binary, args: ["--automation", ...(this.options.args ?? [])] },
        },
      },
    })) as { sessionId: string };
    return `${driver}/session/${sessionId}`;
  }
}

async function request(method: string, url: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { value } = (await response.json()) as { value: { error?: string; message?: string } | null };
  if (value?.error !== undefined) throw new Error(`${method} ${url}: ${value.error}: ${value.message}`);
  return value;
}

/** Waits until something answers at `url`. */
async function waitUntilAnswered(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
