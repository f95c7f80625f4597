// A vitest browser provider for WebKitGTK.

import { defineBrowserProvider } from "@vitest/browser";
import type { BrowserProvider, TestProject } from "vitest/node";
import { openWebKitGtk, type WebKitGtkOptions } from "../../../.ci/webkitgtk.mjs";
import type { PerformActions } from "./pointer-and-keyboard";

export function webkitgtk(options: WebKitGtkOptions) {
  return defineBrowserProvider({
    name: "webkitgtk",
    // Vitest knows three names of browsers; this is the one that fits.
    supportedBrowser: ["webkit"],
    options,
    providerFactory: (project) => new WebKitGtkProvider(project, options),
  });
}

async function noMocks(): Promise<void> {}

class WebKitGtkProvider implements BrowserProvider {
  readonly name = "webkitgtk";
  /** Of one page: see `maxWorkers` in the configuration. */
  readonly supportsParallelism = true;
  /** No test here mocks a module, but Vitest runs a browser beside others only where one could. */
  readonly mocker: BrowserProvider["mocker"] = {
    register: noMocks,
    delete: noMocks,
    clear: noMocks,
  };
  private session: ReturnType<typeof openWebKitGtk> | undefined;

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
      await (await this.session)?.request("POST", "/actions", { actions });
    };
    return { perform };
  }

  async openPage(_sessionId: string, url: string): Promise<void> {
    this.session ??= openWebKitGtk(this.options);
    await (await this.session).request("POST", "/url", { url });
  }

  async close(): Promise<void> {
    await (await this.session)?.close();
  }
}
