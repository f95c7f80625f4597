// A plug-in for typedoc: what is exported belongs to the group that the folder of its source says.

import { CommentTag, Converter } from "typedoc";

/** The first of these that a source's path begins with says the group. */
const GROUPS = [
  ["src/kernel/", "Kernels"],
  ["src/worklet/", "Node"],
  ["src/tools/", "Tools"],
  ["src/hosts/", "Hosts"],
  ["src/blocks/", "Hosts"],
  ["src/events/", "Hosts"],
  ["src/", "Storage"],
];

/** @param {import("typedoc").Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    for (const reflection of context.project.children ?? []) {
      const group = groupOf(context.getSymbolFromReflection(reflection)?.declarations?.[0]);
      // A function's comment stands with its signatures. What has no comment gets none: typedoc reports it.
      for (const { comment } of [reflection, ...(reflection.signatures ?? [])]) {
        comment?.blockTags.push(new CommentTag("@category", [{ kind: "text", text: group }]));
      }
    }
  });
}

function groupOf(declaration) {
  const path = `src/${declaration?.getSourceFile().fileName.replaceAll("\\", "/").split("/src/").at(-1)}`;
  return GROUPS.find(([start]) => path.startsWith(start))[1];
}
