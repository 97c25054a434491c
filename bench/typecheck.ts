/**
 * What it costs the compiler to check a program that uses the package.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { linkModules, ROOT, temporaryFolder, writeFiles } from "./folders";
import { compare, inProcess, REPORT, START, type Subject } from "./measure";
import type { Peers } from "./peers";
import { note, printRatios, title } from "./report";

const ROUNDS = 5;

const OPTIONS = {
    target: "ES2022",
    module: "node16",
    moduleResolution: "node16",
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: ["node"],
};

const BARE = `
    import * as pulumi from "@pulumi/pulumi";
    export const stack = pulumi.getStack();
`;

const EKS = `
    import * as eks from "@pulumi/eks";
    export const kubeconfig = new eks.Cluster("serving").kubeconfig;
`;

/** Runs the compiler in the measured process itself, so that its own peak memory is read. */
const COMPILE = `
    process.argv = [process.argv[0], "tsc", "-p", "."];
    process.once("exit", () => { ${REPORT} });
    require("typescript/lib/tsc.js");
`;

export async function benchTypeCheck(peers: Peers): Promise<void> {
    title(`Type check: tsc --noEmit with skipLibCheck, least of ${ROUNDS}`);
    const here = temporaryFolder("types");
    linkModules(here);
    const quickstart = fs.readFileSync(path.join(ROOT, "examples/quickstart/index.ts"), "utf8");
    const subject = (name: string, text: string, parent: string): Subject => {
        const folder = path.join(parent, `program-${name.replace(/\W+/g, "-")}`);
        writeFiles(folder, {
            "index.ts": text,
            "tsconfig.json": JSON.stringify({ compilerOptions: OPTIONS, files: ["index.ts"] }),
        });
        return { name, run: () => inProcess(`${START}${COMPILE}`, folder) };
    };
    const subjects = [
        subject("bare @pulumi/pulumi", BARE, here),
        subject("the quickstart of barycenter", quickstart, here),
    ];
    if ("folder" in peers) {
        subjects.push(subject("a cluster of @pulumi/eks", EKS, peers.folder));
    }
    printRatios(await compare(subjects, ROUNDS));
    if ("missing" in peers) {
        note(`@pulumi/eks: not measured, ${peers.missing}`);
    }
}
