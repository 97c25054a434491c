import * as pulumi from "@pulumi/pulumi";
import type { LandingZone, Site } from "../../../providers/site";
import { Scope, type Customizers } from "../../../providers/scope";
import type { Tier } from "../../../providers/tier";

/** A resource as the engine would be asked for it. */
export interface Registered {
    readonly type: string;
    readonly name: string;

    readonly inputs: Record<string, any>;
    readonly provider?: string;
}

/** What a program registered and asked for. */
export class Recording {
    readonly resources: Registered[] = [];
    readonly calls: {
        readonly token: string;
        readonly inputs: Record<string, unknown>;
        readonly provider?: string;
    }[] = [];
    /** Options of each child, by suffix. */
    readonly options = new Map<string, pulumi.CustomResourceOptions>();

    /** The one resource of that name. */
    named(name: string): Registered {
        const found = this.resources.filter((resource) => resource.name === name);
        if (found.length !== 1) {
            const names = this.resources.map((resource) => resource.name).join(", ");
            throw new Error(`${found.length} resources are called '${name}'; there are: ${names}`);
        }
        return found[0]!;
    }

    /** All resources of a type such as `storage/bucket:Bucket`. */
    ofType(type: string): Registered[] {
        return this.resources.filter((resource) => resource.type === `gcp:${type}`);
    }

    option(suffix: string): pulumi.CustomResourceOptions {
        const found = this.options.get(suffix);
        if (!found) {
            const suffixes = [...this.options.keys()].join(", ");
            throw new Error(`no child has the suffix '${suffix}'; there are: ${suffixes}`);
        }
        return found;
    }

    /** Logical names of what a child waits for. */
    waitsFor(suffix: string): string[] {
        return [this.option(suffix).dependsOn ?? []]
            .flat()
            .map((resource) => (resource as unknown as { __name: string }).__name);
    }

    /** Names and types, in an order that does not depend on timing. */
    get shape(): string[] {
        return this.resources.map(({ type, name }) => `${type} ${name}`).sort();
    }
}

export interface ScopeSettings {
    readonly name?: string;
    readonly region?: string;
    readonly zone?: LandingZone;
    readonly tier?: Tier;
    readonly protect?: boolean;
    readonly customize?: Customizers;
}

/** Project that the simulated credentials belong to, and its number. */
export const PROJECT = "acme-ml";
export const NUMBER = "100000000001";

/** Host that every deployment tells. */
export const HOST = "10.0.0.9";

/** Computed properties that Google would fill in. */
function computed(type: string, id: string, inputs: Record<string, unknown>): Record<string, unknown> {
    switch (type) {
        case "gcp:serviceaccount/account:Account": {
            const email = `${inputs.accountId as string}@${inputs.project as string}.iam.gserviceaccount.com`;
            return {
                email,
                member: `serviceAccount:${email}`,
                name: `projects/${inputs.project as string}/serviceAccounts/${email}`,
                uniqueId: `unique-${id}`,
            };
        }
        case "gcp:iam/workloadIdentityPool:WorkloadIdentityPool":
            return {
                name: `projects/${NUMBER}/locations/global/workloadIdentityPools/${inputs.workloadIdentityPoolId as string}`,
            };
        case "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider":
            return {
                name: `projects/${NUMBER}/locations/global/workloadIdentityPools/${inputs.workloadIdentityPoolId as string}/providers/cluster`,
            };
        case "gcp:container/cluster:Cluster":
            return { endpoint: "203.0.113.9", masterAuth: { clusterCaCertificate: "LS0tLS1C" } };
        case "gcp:projects/serviceIdentity:ServiceIdentity": {
            const agent =
                inputs.service === "container.googleapis.com"
                    ? "container-engine-robot"
                    : "gcp-sa-aiplatform";
            return { member: `serviceAccount:service-${NUMBER}@${agent}.iam.gserviceaccount.com` };
        }
        case "pulumi-nodejs:dynamic/gcp:VertexDeployment":
            return { address: HOST };
        default:
            return {};
    }
}

/** A region without any machine of an accelerator. */
export const BARREN_REGION = "europe-north1";

/** Zones with each machine type: the second has no accelerators. */
const ZONES = ["a", "b", "c"];

function invoked(token: string, inputs: Record<string, unknown>): Record<string, unknown> {
    switch (token) {
        case "gcp:organizations/getClientConfig:getClientConfig":
            return {
                project: PROJECT,
                region: "",
                zone: "",
                accessToken: "",
                defaultLabels: {},
                id: PROJECT,
            };
        case "gcp:storage/getProjectServiceAccount:getProjectServiceAccount":
            return { emailAddress: `service-${NUMBER}@gs-project-accounts.iam.gserviceaccount.com` };
        case "gcp:storage/getTransferProjectServiceAccount:getTransferProjectServiceAccount":
            return { email: `project-${NUMBER}@storage-transfer-service.iam.gserviceaccount.com` };
        case "gcp:compute/getZones:getZones":
            return { names: ZONES.map((zone) => `${inputs.region as string}-${zone}`) };
        case "gcp:compute/getMachineTypes:getMachineTypes": {
            if (String(inputs.zone).startsWith(BARREN_REGION)) {
                return { machineTypes: [] };
            }
            const name = /"(.*)"/.exec(String(inputs.filter))?.[1];
            return { machineTypes: String(inputs.zone).endsWith("-b") ? [] : [{ name }] };
        }
        case "gcp:container/getCluster:getCluster":
            return { endpoint: "198.51.100.7", masterAuths: [{ clusterCaCertificate: "RVhJU1RJ" }] };
        default:
            throw new Error(`unexpected call of ${token}`);
    }
}

/** In a preview what Google computes is unknown, and so is every look-up. */
export async function record(
    program: (recording: Recording) => void | Promise<void>,
    { preview = false, config = {} }: { preview?: boolean; config?: Record<string, string> } = {},
): Promise<Recording> {
    const recording = new Recording();
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs, id, provider }) => {
                recording.resources.push({ type, name, inputs, ...(provider ? { provider } : {}) });
                const known = id || `${name}-id`;
                return {
                    id: known,
                    state: preview ? inputs : { ...inputs, ...computed(type, known, inputs) },
                };
            },
            call: ({ token, inputs, provider }) => {
                recording.calls.push({ token, inputs, ...(provider ? { provider } : {}) });
                return preview ? unknownResult() : invoked(token, inputs);
            },
        },
        "project",
        "stack",
        preview,
        "organization",
    );
    pulumi.runtime.setAllConfig(config);
    await program(recording);
    // Not in the declarations, but the only way to wait for what a program registered without ending the process.
    await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
    return recording;
}

/** The value by which the protocol says "not known". */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function unknownResult(): Record<string, unknown> {
    const fields = ["project", "emailAddress", "email", "names", "machineTypes", "endpoint", "masterAuths"];
    return Object.fromEntries(fields.map((field) => [field, UNKNOWN]));
}

class TestComponent extends pulumi.ComponentResource {
    constructor(name: string) {
        super("barycenter:index:Test", name);
    }
}

/** A scope as a component makes it, whose children's options are recorded. */
export function scopeOf(recording: Recording, settings: ScopeSettings = {}): Scope {
    const name = settings.name ?? "thing";
    const zone = settings.zone ?? { account: PROJECT };
    const site: Site = { cloud: "gcp", region: settings.region ?? "europe-west4", zone };
    const customize = new Proxy<Record<string, (args: unknown, opts: pulumi.CustomResourceOptions) => void>>(
        {},
        {
            get: (_, suffix: string) => (args: unknown, opts: pulumi.CustomResourceOptions) => {
                settings.customize?.[suffix]?.(args, opts);
                recording.options.set(suffix, { ...opts });
            },
        },
    );
    return Scope.of(new TestComponent(name), name, {
        site,
        tier: settings.tier ?? "dev",
        tags: { owner: "ml", component: name, "managed-by": "barycenter" },
        protect: settings.protect ?? false,
        customize,
    });
}

/** The value of an output; undefined while it is not known. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
        const known = output as unknown as { isKnown: Promise<boolean>; promise(): Promise<T> };
        known.isKnown.then(async (is) => resolve(is ? await known.promise() : undefined)).catch(reject);
    });
}

/** A cluster elsewhere, as a handle that a workload's identity is made for. */
export function foreignCluster(issuer?: string) {
    return {
        cloud: "aws" as const,
        issuer: issuer === undefined ? undefined : pulumi.output(issuer),
    };
}
