/**
 * What it costs a program to load the package and to declare one store on AWS.
 */
import { temporaryFolder, linkModules } from "./folders";
import { compare, inProcess, REPORT, START, type Subject } from "./measure";
import type { Peers } from "./peers";
import { note, printRatios, title } from "./report";

const ROUNDS = 15;

/** Loads Pulumi and gives it mocks in place of an engine, as every subject does first. */
const PULUMI = `
    const pulumi = require("@pulumi/pulumi");
    void pulumi.runtime.setMocks(
        { newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: ({ inputs }) => inputs },
        "project", "stack", true, "organization",
    );
`;

const STORE = `
    pulumi.runtime.setAllConfig({
        "barycenter:cloud": "aws", "barycenter:region": "eu-west-1", "barycenter:tier": "dev",
    });
    const { ModelStore } = require("barycenter");
    new ModelStore("weights", { sizeGiB: 100 });
`;

const BUCKET = `
    const { Bucket } = require("@pulumi/aws/s3");
    new Bucket("weights");
`;

export async function benchImports(peers: Peers): Promise<void> {
    title(
        `Import: from the start of the program to the end of its first line of resources, least of ${ROUNDS}`,
    );
    const folder = temporaryFolder("imports");
    linkModules(folder);
    const subject = (name: string, code: string, directory = folder): Subject => ({
        name,
        run: () => inProcess(`${START}${PULUMI}${code}${REPORT}`, directory),
    });
    const subjects = [
        subject("bare @pulumi/pulumi", ""),
        subject("a Bucket of @pulumi/aws/s3", BUCKET),
        subject("barycenter, imported", `require("barycenter");`),
        subject("barycenter, a ModelStore on AWS", STORE),
    ];
    if ("folder" in peers) {
        subjects.push(
            subject("@pulumi/eks, imported", `require("@pulumi/eks");`, peers.folder),
            subject("@pulumi/awsx, imported", `require("@pulumi/awsx");`, peers.folder),
        );
    }
    printRatios(await compare(subjects, ROUNDS));
    if ("missing" in peers) {
        note(`@pulumi/eks, @pulumi/awsx: not measured, ${peers.missing}`);
    }
}
