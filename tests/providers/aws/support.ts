import * as pulumi from "@pulumi/pulumi";
import type { LandingZone, Site } from "../../../providers/site";
import { Scope, type Customizers } from "../../../providers/scope";
import type { Tier } from "../../../providers/tier";

/** A resource as the engine would be asked for it. */
export interface Registered {
    readonly type: string;
    readonly name: string;
    /** Of any type: tests compare them literally. */
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

    /** All resources of a type such as `s3/bucket:Bucket`. */
    ofType(type: string): Registered[] {
        return this.resources.filter((resource) => resource.type === `aws:${type}`);
    }

    option(suffix: string): pulumi.CustomResourceOptions {
        const found = this.options.get(suffix);
        if (!found) {
            throw new Error(
                `no child has the suffix '${suffix}'; there are: ${[...this.options.keys()].join(", ")}`,
            );
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

/** Account that the simulated credentials belong to. */
export const CALLER = "111122223333";

/** Computed properties that AWS would fill in. */
function computed(type: string, id: string, inputs: Record<string, unknown>): Record<string, unknown> {
    const name = (inputs.name ?? inputs.bucket ?? id) as string;
    switch (type) {
        case "aws:eks/cluster:Cluster":
            return {
                arn: `arn:aws:eks:${inputs.region as string}:${CALLER}:cluster/${name}`,
                endpoint: "https://ABCDEF.gr7.eu-west-1.eks.amazonaws.com",
                certificateAuthority: { data: "LS0tLS1C" },
                identities: [{ oidcs: [{ issuer: "https://oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF" }] }],
                version: inputs.version ?? "1.35",
                vpcConfig: { ...(inputs.vpcConfig as object), clusterSecurityGroupId: "sg-cluster" },
            };
        case "aws:iam/role:Role":
            return { arn: `arn:aws:iam::${CALLER}:role/${name}` };
        case "aws:iam/openIdConnectProvider:OpenIdConnectProvider":
            return {
                arn: `arn:aws:iam::${CALLER}:oidc-provider/${String(inputs.url).replace("https://", "")}`,
            };
        case "aws:cloudwatch/logGroup:LogGroup":
            return { arn: `arn:aws:logs:${inputs.region as string}:${CALLER}:log-group:${name}` };
        case "aws:ec2/launchTemplate:LaunchTemplate":
            return { latestVersion: 1 };
        case "aws:eks/nodeGroup:NodeGroup":
            return { resources: [{ autoscalingGroups: [{ name: `eks-${id}` }] }] };
        case "aws:sagemaker/endpointConfiguration:EndpointConfiguration":
            return { name: `${inputs.namePrefix as string}20260101` };
        case "aws:sagemaker/model:Model":
            return { name: inputs.name ?? id };
        default:
            return {};
    }
}

function invoked(token: string, inputs: Record<string, unknown>): Record<string, unknown> {
    switch (token) {
        case "aws:index/getCallerIdentity:getCallerIdentity":
            return {
                accountId: CALLER,
                arn: `arn:aws:iam::${CALLER}:user/someone`,
                userId: "AIDA",
                id: CALLER,
            };
        case "aws:index/getAvailabilityZones:getAvailabilityZones":
            return { names: ["a", "b", "c"].map((zone) => `${inputs.region as string}${zone}`), id: "zones" };
        case "aws:ec2/getSubnet:getSubnet":
            return {
                availabilityZone: `${inputs.region as string}${String(inputs.id).slice(-1)}`,
                id: inputs.id,
            };
        case "aws:eks/getCluster:getCluster":
            return {
                arn: `arn:aws:eks:${inputs.region as string}:${CALLER}:cluster/${inputs.name as string}`,
                endpoint: "https://EXISTING.eks.amazonaws.com",
                certificateAuthorities: [{ data: "RVhJU1RJ" }],
                identities: [{ oidcs: [{ issuer: "https://oidc.eks/id/EXISTING" }] }],
                vpcConfig: { vpcId: "vpc-existing", clusterSecurityGroupId: "sg-existing" },
                id: inputs.name,
            };
        case "aws:eks/getAddonVersion:getAddonVersion":
            return {
                version: `${inputs.addonName as string}-for-${inputs.kubernetesVersion as string}`,
                id: inputs.addonName,
            };
        case "aws:kms/getKey:getKey": {
            const [, place, account, alias] =
                /^arn:aws:kms:([^:]+):([^:]+):(alias\/.*)$/.exec(String(inputs.keyId)) ?? [];
            return { arn: `arn:aws:kms:${place}:${account}:key/of-${alias}`, id: inputs.keyId };
        }
        default:
            throw new Error(`unexpected call of ${token}`);
    }
}

/** In a preview what AWS computes is unknown, and so is every look-up. */
export async function record(
    program: (recording: Recording) => void | Promise<void>,
    { preview = false }: { preview?: boolean } = {},
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
    await program(recording);
    // Not in the declarations, but the only way to wait for what a program registered without ending the process.
    await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
    return recording;
}

/** The value by which the protocol says "not known". */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function unknownResult(): Record<string, unknown> {
    return {
        accountId: UNKNOWN,
        names: UNKNOWN,
        availabilityZone: UNKNOWN,
        arn: UNKNOWN,
        endpoint: UNKNOWN,
        certificateAuthorities: UNKNOWN,
        identities: UNKNOWN,
        vpcConfig: UNKNOWN,
        version: UNKNOWN,
    };
}

class TestComponent extends pulumi.ComponentResource {
    constructor(name: string) {
        super("barycenter:index:Test", name);
    }
}

/** A scope as a component makes it, whose children's options are recorded. */
export function scopeOf(recording: Recording, settings: ScopeSettings = {}): Scope {
    const name = settings.name ?? "thing";
    const site: Site = { cloud: "aws", region: settings.region ?? "eu-west-1", zone: settings.zone ?? {} };
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
    return new Promise((resolve) => {
        const known = output as unknown as { isKnown: Promise<boolean>; promise(): Promise<T> };
        void known.isKnown.then(async (is) => resolve(is ? await known.promise() : undefined));
    });
}

/** The statements of a policy document. */
export function statements(policy: unknown): Record<string, unknown>[] {
    return (JSON.parse(policy as string) as { Statement: Record<string, unknown>[] }).Statement;
}

/** True for an input that is not known yet. */
export function isUnknown(input: unknown): boolean {
    return pulumi.isUnknown(input);
}
