// A page whose worklet renders blocks of a case, and what the engine's log says of it.

import { setTimeout } from "node:timers/promises";
import { serveFolder } from "../../support/static-server";
import { type Browser, type Collection, type Engine, Log } from "./engine";

interface Order {
  readonly open?: string;
  readonly blocks?: number;
  readonly litters?: boolean;
}

/** What one case leaves on the worklet's heap. */
export interface Measured {
  readonly bytesPerBlock: number;
  /** Bytes in each block that would have been seen. */
  readonly resolution: number;
  /** Bytes in each block with one small object more. */
  readonly control: number;
}

/** Some blocks, and what was collected meanwhile. */
interface Look {
  readonly blocks: number;
  readonly collections: readonly Collection[];
}

/** More collections than what was there before can be the cause of. */
const MANY = 4;
/** So many that the objects fill the room of a heap several times, also where it has grown to six times what it was at first. */
const CONTROL_BLOCKS = 200_000;
const WARM_UP = 40_000;
/** Worklets in which a case is tried. A heap that grew too large in one to show a byte in each block is small again in the next. */
const TRIES = 4;
/** Milliseconds after which a browser that shows nothing has failed, once for all of its tests. */
const OPENING = 60_000;

export class MeasuredPage {
  private hand: ((order: string) => void) | undefined;
  private heard: ((said: string) => void) | undefined;
  private server: { url: string; close(): Promise<void> } | undefined;
  private browser: Browser | undefined;
  private log: Log | undefined;
  private opened: Promise<void> | undefined;

  constructor(private readonly engine: Engine) {}

  async close(): Promise<void> {
    await this.browser?.end();
    await this.server?.close();
    this.log?.remove();
  }

  async measure(name: string): Promise<Measured> {
    // In the first test and not before all of them, because those of a browser that is missing would be skipped then.
    await (this.opened ??= this.open());
    let measured = await this.measureInNewWorklet(name);
    // How far a heap grows while a case is made depends on how long its collections take, so on what else the machine does.
    for (let tries = 1; tries < TRIES && measured.bytesPerBlock === 0 && measured.resolution >= 1; tries++) {
      measured = await this.measureInNewWorklet(name);
    }
    return measured;
  }

  /** Each case has a worklet of its own, so that one case's types are not another's, and so is its garbage. */
  private async measureInNewWorklet(name: string): Promise<Measured> {
    const opening = await this.obey({ open: name });
    const warmingUp = await this.obey({ blocks: WARM_UP });
    const looks: Look[] = [];
    for (const blocks of this.engine.looks) {
      const collections = await this.obey({ blocks });
      looks.push({ blocks, collections });
      if (!isDoubtful(collections)) break;
    }
    const littered = await this.obey({ blocks: CONTROL_BLOCKS, litters: true });
    await this.obey({ blocks: 0 });
    // Other heaps rest meanwhile, or nearly so.
    const heap = mostCollected(littered);
    const ofHeap = (collections: readonly Collection[]) => collections.filter((collection) => collection.heap === heap);
    const bytesPerBlock = (look: Look) => ofHeap(look.collections).reduce((sum, { bytes }) => sum + bytes, 0) / look.blocks;
    let room = ofHeap([...opening, ...warmingUp]).at(-1)?.room ?? this.engine.roomAtFirst;
    let least = { bytesPerBlock: Number.POSITIVE_INFINITY, resolution: Number.POSITIVE_INFINITY };
    for (const look of looks) {
      const bytes = bytesPerBlock(look);
      const resolution = room / look.blocks;
      if (bytes < least.bytesPerBlock || (bytes === least.bytesPerBlock && resolution < least.resolution)) {
        least = { bytesPerBlock: bytes, resolution };
      }
      room = ofHeap(look.collections).at(-1)?.room ?? room;
    }
    return { ...least, control: bytesPerBlock({ blocks: CONTROL_BLOCKS, collections: littered }) };
  }

  private async open(): Promise<void> {
    this.log = new Log();
    const here = new Promise<string>((heard) => {
      this.heard = heard;
    });
    const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
    this.server = await serveFolder(".", { headers, posted: (said) => this.posted(said) });
    this.browser = await this.engine.open(`${this.server.url}tests/node/garbage/`, this.log.folder, this.log.descriptor);
    const given = setTimeout(OPENING, undefined, { ref: false }).then((): never => {
      throw new Error(`${this.engine.name} did not open the page`);
    });
    await Promise.race([here, this.browser.ended, given]);
    // Rejects later, when nobody waits any more.
    given.catch(() => {});
  }

  /** What was collected meanwhile. */
  private async obey(order: Order): Promise<Collection[]> {
    this.log!.added();
    const heard = new Promise<string>((heard) => {
      this.heard = heard;
    });
    this.hand!(JSON.stringify(order));
    const said = await Promise.race([heard, this.browser!.ended]);
    if (said !== "done") throw new Error(`${this.engine.name}: ${said}`);
    return this.engine.collectionsIn(this.log!.added());
  }

  /** The page has done as it was told, and waits for more. */
  private posted(said: string): Promise<string> {
    return new Promise((hand) => {
      this.hand = hand;
      this.heard!(said);
    });
  }
}

/** Whether some heap was collected so seldom that what was there before may be the cause. Which one is the worklet's is not known yet. */
function isDoubtful(collections: readonly Collection[]): boolean {
  return [...countsByHeap(collections).values()].some((count) => count <= MANY);
}

/** The heap on which most was allocated. */
function mostCollected(collections: readonly Collection[]): string | undefined {
  const bytesByHeap = new Map<string, number>();
  for (const { heap, bytes } of collections) bytesByHeap.set(heap, (bytesByHeap.get(heap) ?? 0) + bytes);
  return [...bytesByHeap].sort(([, a], [, b]) => b - a)[0]?.[0];
}

function countsByHeap(collections: readonly Collection[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { heap } of collections) counts.set(heap, (counts.get(heap) ?? 0) + 1);
  return counts;
}
