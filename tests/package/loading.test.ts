import assert from "node:assert/strict";
import { CLOUDS, type CloudName } from "../../placement/site";
import { everything, managed, probe, STORE, type Outcome } from "./programs";

const SDK: Readonly<Record<CloudName, string>> = {
    aws: "@pulumi/aws",
    gcp: "@pulumi/gcp",
    azure: "@pulumi/azure-native",
    kubernetes: "@pulumi/kubernetes",
};

/** Modules of each SDK that a store needs none of: those of clusters, their nodes and endpoints. */
const BEYOND_STORES: Readonly<Record<CloudName, readonly string[]>> = {
    aws: ["eks", "ec2", "autoscaling", "sagemaker", "appautoscaling"],
    gcp: ["container", "compute", "vertex"],
    azure: ["containerservice", "network", "machinelearningservices"],
    kubernetes: ["apiextensions", "batch", "helm", "policy"],
};

/** Libraries that only one cloud's dynamic resources call, when they run. */
const CLIENTS = ["@azure/identity", "@azure/storage-blob", "google-auth-library"];

/** Those of the packages of which a file was loaded. */
function loaded(outcome: Outcome, packages: readonly string[] = Object.values(SDK)): string[] {
    return packages.filter((name) => outcome.modules.some((file) => file.includes(`/node_modules/${name}/`)));
}

/** Packages of which a file was loaded. */
function packagesIn({ modules }: Outcome): Set<string> {
    return new Set(
        modules.flatMap((file) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []),
    );
}

/** Files of this package that were loaded, from its root. */
function own(outcome: Outcome): string[] {
    return outcome.modules.flatMap((file) => /\/node_modules\/barycenter\/(.*)$/.exec(file)?.[1] ?? []);
}

/** Files that only clusters and endpoints of a cloud need, of its SDK and of this package. */
function beyondStores(cloud: CloudName, outcome: Outcome): string[] {
    const modules = BEYOND_STORES[cloud].join("|");
    const files = new RegExp(
        `/node_modules/(${SDK[cloud]}/(${modules})/|barycenter/dist/providers/${cloud}/(cluster|managedInference|inference)\\.js$)`,
    );
    return outcome.modules.filter((file) => files.test(file));
}

/** Takes a package away from `require`, as if nobody had installed it. */
function without(name: string): string {
    return `
        const Module = require("node:module");
        const resolve = Module._resolveFilename;
        Module._resolveFilename = function (request, ...rest) {
            if (request === "${name}" || request.startsWith("${name}/")) {
                const missing = new Error("Cannot find module '" + request + "'\\nRequire stack:\\n- somewhere");
                throw Object.assign(missing, { code: "MODULE_NOT_FOUND", requireStack: [] });
            }
            return resolve.call(this, request, ...rest);
        };
    `;
}

describe("loading the package", function () {
    this.timeout(60_000);

    let bare: Outcome;
    before(() => {
        bare = probe({});
    });

    it("loads no SDK by itself, nothing of the command line, no simulated cloud, and two small libraries", () => {
        const imported = probe({ program: "" });
        assert.deepEqual(loaded(imported, [...Object.values(SDK), ...CLIENTS]), []);
        assert.deepEqual(
            own(imported).filter((file) =>
                /^dist\/(cli|testing|providers\/(aws|gcp|azure|kubernetes))\//.test(file),
            ),
            [],
        );
        assert.deepEqual([...packagesIn(imported)].filter((name) => !packagesIn(bare).has(name)).sort(), [
            "barycenter",
            "fastest-levenshtein",
            "valibot",
        ]);
    });

    for (const cloud of CLOUDS) {
        const others = CLOUDS.filter((other) => other !== cloud);

        let whole: Outcome | undefined;
        const four = (): Outcome => (whole ??= probe({ cloud, program: everything(cloud) }));

        it(`loads ${SDK[cloud]} alone for a store on ${cloud}`, () => {
            const outcome = probe({ cloud, program: STORE });
            assert.equal(outcome.error, undefined);
            assert.deepEqual(loaded(outcome, [...Object.values(SDK), ...CLIENTS]), [SDK[cloud]]);
        });

        it(`loads nothing for clusters and endpoints with a store on ${cloud}`, () => {
            assert.deepEqual(beyondStores(cloud, probe({ cloud, program: STORE })), []);
            assert.ok(beyondStores(cloud, four()).length > 1);
        });

        it(`loads no other cloud's SDK for the four components on ${cloud}`, () => {
            const outcome = four();
            assert.equal(outcome.error, undefined);
            for (const component of ["ModelStore", "GpuCluster", "InferenceService", "BatchJob"]) {
                assert.ok(outcome.types.includes(`barycenter:index:${component}`), component);
            }
            assert.deepEqual(loaded(outcome).sort(), [...new Set([SDK[cloud], SDK.kubernetes])].sort());
            const folders = own(outcome).map((file) => file.split("/").slice(0, 3).join("/"));
            for (const other of others.filter((name) => name !== "kubernetes")) {
                assert.ok(!folders.includes(`dist/providers/${other}`), other);
            }
        });

        if (cloud !== "kubernetes") {
            it(`loads ${SDK[cloud]} alone for a managed endpoint on ${cloud}`, () => {
                const outcome = probe({ cloud, program: managed(cloud) });
                assert.equal(outcome.error, undefined);
                assert.deepEqual(loaded(outcome), [SDK[cloud]]);
            });
        }

        it(`loads modules of ${SDK[cloud]} that are used, never the whole of it`, () => {
            const outcome = four();
            const roots = outcome.modules.filter((file) =>
                Object.values(SDK).some((name) => file.endsWith(`/node_modules/${name}/index.js`)),
            );
            assert.deepEqual(roots, []);
        });

        it(`names the package to install when ${SDK[cloud]} is missing`, () => {
            const outcome = probe({ cloud, before: without(SDK[cloud]), program: STORE });
            assert.equal(outcome.error?.name, "RunError");
            const { version } = require(`${SDK[cloud]}/package.json`) as { version: string };
            const series = version.replace(/^v/, "").split(".").slice(0, 2).join(".");
            assert.ok(
                outcome.error.message.includes(`npm install ${SDK[cloud]}@${series}`),
                outcome.error.message,
            );
        });
    }

    it("loads no TypeScript for a store on AWS, beyond what Pulumi itself loads", () => {
        const outcome = probe({ program: STORE });
        assert.deepEqual(loaded(outcome, ["typescript"]), loaded(bare, ["typescript"]));
    });

    it("names the package to install when a cluster lacks @pulumi/kubernetes", () => {
        const outcome = probe({ before: without(SDK.kubernetes), program: everything("aws") });
        assert.equal(outcome.error?.name, "RunError");
        assert.match(outcome.error.message, /npm install @pulumi\/kubernetes@4\.34/);
    });

    it("passes the failure of another module on as it is", () => {
        const missing = probe({ before: without("valibot"), program: STORE });
        assert.equal(missing.error?.code, "MODULE_NOT_FOUND");
        assert.match(missing.error.message, /Cannot find module 'valibot'/);

        const broken = probe({
            before: `
                const Module = require("node:module");
                const load = Module._load;
                Module._load = function (request, ...rest) {
                    if (request === "@pulumi/aws/s3") {
                        throw new TypeError("this SDK is broken");
                    }
                    return load.call(this, request, ...rest);
                };
            `,
            program: STORE,
        });
        assert.deepEqual(broken.error, { name: "TypeError", message: "this SDK is broken" });
    });
});
