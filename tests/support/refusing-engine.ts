// An engine that refuses to make a memory, a module or an instance, as it does in too little memory or under a policy.

type Kind = "Memory" | "Module" | "Instance";
type Constructor = new (...args: never[]) => object;

/** Runs `action`. Meanwhile `look` is called before each such object is made, with what it is made from; what it throws, the engine throws. */
export function beforeEachNew(kind: Kind, look: (from: unknown) => void, action: () => void): void {
  const classes = WebAssembly as unknown as Record<Kind, Constructor>;
  const Original = classes[kind];
  classes[kind] = class extends Original {
    constructor(...args: never[]) {
      look(args[0]);
      super(...args);
    }
  };
  try {
    action();
  } finally {
    classes[kind] = Original;
  }
}
