/**
 * `npm run bench`, or `npm run bench -- imports types placement preview` for some of it. See README.md.
 */
import { benchImports } from "./imports";
import { installPeers, type Peers } from "./peers";
import { benchPlacement } from "./placement";
import { benchPreview } from "./preview";
import { benchTypeCheck } from "./typecheck";

let installed: Peers | undefined;
const peers = (): Peers => (installed ??= installPeers());

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
    imports: () => benchImports(peers()),
    types: () => benchTypeCheck(peers()),
    placement: benchPlacement,
    preview: benchPreview,
};

async function main(names: readonly string[]): Promise<void> {
    const unknown = names.filter((name) => !Object.hasOwn(PARTS, name));
    if (unknown.length > 0) {
        throw new Error(
            `no part is called ${unknown.join(", ")}: there are ${Object.keys(PARTS).join(", ")}`,
        );
    }
    for (const name of names.length > 0 ? names : Object.keys(PARTS)) {
        await PARTS[name]();
    }
}

main(process.argv.slice(2)).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
});
