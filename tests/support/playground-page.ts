// The playground's page, from its sources or as it is built.

import { FramedPage } from "./framed-page";

/** Opens the page, `width` pixels wide, and waits until it has drawn something. */
export function openPlayground(width = 390, url = "/examples/playground/index.html"): Promise<FramedPage> {
  return FramedPage.open(url, width, (page) => page.all("#sentences li").length > 0);
}
