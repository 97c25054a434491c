import * as fs from "node:fs";
import * as path from "node:path";
import type { CloudName } from "../../placement/site";

const ROOT = path.resolve(__dirname, "../../examples");

/** An edit of an example's program, and the only resources that it may touch. */
export interface Edit {
    readonly from: string;
    readonly to: string;
    readonly touches: RegExp;
}

/** An example on one of the clouds that it has a stack for. */
export interface Case {
    readonly example: string;
    readonly cloud: CloudName;
    readonly directory: string;
    readonly edit: Edit;
}

const EDITS: Record<string, Edit> = {
    quickstart: { from: `"0 2 * * *"`, to: `"0 3 * * *"`, touches: /^nightly(-|$)/ },
    "llm-on-kubernetes": {
        from: "--max-model-len=16384",
        to: "--max-model-len=8192",
        touches: /^language(-|$)/,
    },
    "managed-endpoint": { from: "min: 1, max: 4", to: "min: 1, max: 6", touches: /^ranker(-|$)/ },
    "bring-your-own": { from: "completions: 32", to: "completions: 64", touches: /^score(-|$)/ },
    "edge-kubernetes": { from: `"30 1 * * *"`, to: `"45 1 * * *"`, touches: /^report(-|$)/ },
};

/** Every example on every cloud for which it has a stack file. */
export function cases(): Case[] {
    return Object.entries(EDITS).flatMap(([example, edit]) => {
        const directory = path.join(ROOT, example);
        return fs
            .readdirSync(directory)
            .map((file) => /^Pulumi\.(aws|gcp|azure|kubernetes)\.yaml$/.exec(file)?.[1])
            .filter((cloud) => cloud !== undefined)
            .map((cloud) => ({ example, cloud: cloud as CloudName, directory, edit }));
    });
}

/** Folders under examples/ that hold a project. */
export function exampleFolders(): string[] {
    return fs
        .readdirSync(ROOT, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && fs.existsSync(path.join(ROOT, entry.name, "Pulumi.yaml")))
        .map((entry) => entry.name);
}

export { EDITS };
