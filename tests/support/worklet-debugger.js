// Sends commands to a page's AudioWorklet through Chromium's debugging protocol.

/**
 * A debugger of the worklets that `page` makes from now on.
 *
 * @param {import("playwright").Page} page
 */
export async function attachToWorklets(page) {
  const session = await page.context().newCDPSession(page);
  const worklets = new WorkletDebugger(session);
  await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  return worklets;
}

export class WorkletDebugger {
  /** @type {string[]} */
  ids = [];
  /** @type {Map<number, { resolve(result: any): void; reject(error: Error): void }>} */
  waiting = new Map();
  sent = 0;

  /** @param {import("playwright").CDPSession} session */
  constructor(session) {
    this.session = session;
    session.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
      if (targetInfo.type === "worklet") this.ids.push(sessionId);
    });
    session.on("Target.receivedMessageFromTarget", ({ message }) => {
      const { id, error, result } = JSON.parse(message);
      const waiting = this.waiting.get(id);
      this.waiting.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error.message));
    });
  }

  /**
   * Sends a command to the newest worklet, and resolves to its answer.
   * @param {string} method
   * @returns {Promise<any>}
   */
  async send(method, params = {}) {
    const sessionId = await this.newest();
    return new Promise((resolve, reject) => {
      const id = ++this.sent;
      this.waiting.set(id, { resolve, reject });
      this.session.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method, params }) }).catch(reject);
    });
  }

  async newest() {
    for (let attempt = 0; attempt < 100; attempt++) {
      const worklet = this.ids.at(-1);
      if (worklet !== undefined) return worklet;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("the page has no worklet");
  }

  detach() {
    return this.session.detach();
  }
}
