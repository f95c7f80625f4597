// How each browser is opened. Each answers its version, and a page: `evaluate(name, args)` calls the
// page's global function of that name in a page that was loaded anew.

import * as playwright from "playwright";
import { chromium, chromiumArgs, firefox, firefoxUserPrefs, miniBrowser, webKitDriver, xvfb } from "../../.ci/tools.mjs";
import { openWebKitGtk, webKitGtkSettings } from "../../.ci/webkitgtk.mjs";

export const BROWSERS = {
  chromium: {
    isInstalled: () => chromium() !== undefined,
    open: (url) => throughPlaywright(url, playwright.chromium, { executablePath: chromium(), args: chromiumArgs }, "Chromium"),
  },
  firefox: {
    isInstalled: () => firefox() !== undefined,
    open: (url) =>
      throughPlaywright(url, playwright.firefox, { executablePath: firefox(), channel: "moz-firefox", firefoxUserPrefs }, "Firefox"),
  },
  webkitgtk: {
    isInstalled: () => [miniBrowser(), webKitDriver(), xvfb()].every((file) => file !== undefined),
    open: throughWebDriver,
  },
};

async function throughPlaywright(url, type, options, name) {
  const browser = await type.launch(options);
  const page = await browser.newPage();
  return {
    version: `${name} ${browser.version()}`,
    async evaluate(name, args) {
      await page.goto(url);
      return await page.evaluate(([name, args]) => globalThis[name](...args), [name, args]);
    },
    close: () => browser.close(),
  };
}

const SCRIPT_MILLISECONDS = 120_000;

async function throughWebDriver(url) {
  const session = await openWebKitGtk({ binary: miniBrowser(), ...webKitGtkSettings });
  await session.request("POST", "/timeouts", { script: SCRIPT_MILLISECONDS });
  return {
    version: `WebKitGTK's MiniBrowser ${session.version}`,
    async evaluate(name, args) {
      await session.request("POST", "/url", { url });
      const script = `
        const [name, args, done] = arguments;
        globalThis[name](...args).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
      const { value, error } = await session.request("POST", "/execute/async", { script, args: [name, args] });
      if (error !== undefined) throw new Error(error);
      return value;
    },
    close: () => session.close(),
  };
}
