/**
 * Records every resource that a program registers, with its inputs and options, so that a program without
 * components can register the same.
 */
import * as pulumi from "@pulumi/pulumi";

/** An output among the inputs of a resource. */
export interface RecordedOutput {
    /** Indices of the resources that it comes from. */
    readonly from: readonly number[];
    readonly secret: boolean;
    readonly known: boolean;
    readonly value?: unknown;
}

/** An input: plain data, with outputs as `{ output }` at the places where they stand. */
export type RecordedInput =
    | { readonly plain: unknown }
    | { readonly list: readonly RecordedInput[] }
    | { readonly map: Readonly<Record<string, RecordedInput>> }
    | { readonly output: RecordedOutput };

/** A resource that is no component. */
export interface RecordedResource {
    readonly type: string;
    readonly name: string;
    readonly inputs: Readonly<Record<string, RecordedInput>>;
    /** Properties that its class declares as outputs. */
    readonly outputs: readonly string[];
    /** The component above it. */
    readonly parent?: { readonly type: string; readonly name: string };
    /** Indices of resources. */
    readonly provider?: number;
    readonly dependsOn: readonly number[];
    readonly options: Readonly<Record<string, unknown>>;
}

/** The options that are plain data. */
const PLAIN_OPTIONS = [
    "protect",
    "version",
    "ignoreChanges",
    "deleteBeforeReplace",
    "replaceOnChanges",
    "retainOnDelete",
    "customTimeouts",
    "additionalSecretOutputs",
] as const;

/** What the SDK keeps out of its declarations. */
interface OutputInternals {
    promise(withUnknowns: boolean): Promise<unknown>;
    allResources(): Promise<Set<pulumi.Resource>>;
    readonly isKnown: Promise<boolean>;
    readonly isSecret: Promise<boolean>;
}

/** Runs a program inside a Pulumi program and returns what it registered, in the order of registration. */
export async function record(program: () => void): Promise<RecordedResource[]> {
    const seen: pulumi.ResourceTransformationArgs[] = [];
    pulumi.runtime.registerStackTransformation((args) => {
        seen.push(args);
        return undefined;
    });
    program();
    const customs = seen.filter(({ resource }) => pulumi.CustomResource.isInstance(resource));
    const index = new Map(customs.map(({ resource }, at) => [resource, at]));
    const all = new Map(seen.map((args) => [args.resource, args]));
    return Promise.all(customs.map((args) => new Recording(index, all).resource(args)));
}

class Recording {
    constructor(
        private readonly index: ReadonlyMap<pulumi.Resource, number>,
        private readonly all: ReadonlyMap<pulumi.Resource, pulumi.ResourceTransformationArgs>,
    ) {}

    async resource({
        type,
        name,
        props,
        opts,
    }: pulumi.ResourceTransformationArgs): Promise<RecordedResource> {
        const given = Object.entries(props as object).filter(([, value]) => value !== undefined);
        const inputs = given.map(async ([key, value]) => [key, await this.input(value)] as const);
        const options = opts as pulumi.CustomResourceOptions;
        const provider = options.provider && this.index.get(options.provider);
        const parent = options.parent && this.all.get(options.parent);
        return {
            type,
            name,
            inputs: Object.fromEntries(await Promise.all(inputs)),
            outputs: Object.keys(props as object).filter((key) => !given.some(([each]) => each === key)),
            ...(parent === undefined ? {} : { parent: { type: parent.type, name: parent.name } }),
            ...(provider === undefined ? {} : { provider }),
            dependsOn: await this.dependencies(options.dependsOn),
            options: Object.fromEntries(
                PLAIN_OPTIONS.flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]]])),
            ),
        };
    }

    private async input(value: unknown): Promise<RecordedInput> {
        if (
            pulumi.Output.isInstance(value) ||
            value instanceof Promise ||
            pulumi.Resource.isInstance(value)
        ) {
            return { output: await this.output(value) };
        }
        if (Array.isArray(value)) {
            return { list: await Promise.all(value.map((each) => this.input(each))) };
        }
        if (typeof value === "object" && value !== null) {
            const entries = Object.entries(value).filter(([, each]) => each !== undefined);
            const recorded = entries.map(async ([key, each]) => [key, await this.input(each)] as const);
            return { map: Object.fromEntries(await Promise.all(recorded)) };
        }
        return { plain: value };
    }

    private async output(value: unknown): Promise<RecordedOutput> {
        const output = pulumi.Resource.isInstance(value) ? value.urn : pulumi.output(value);
        const internals = output as unknown as OutputInternals;
        const known = await internals.isKnown;
        return {
            from: this.indices([...(await internals.allResources())]),
            secret: await internals.isSecret,
            known,
            ...(known ? { value: await internals.promise(false) } : {}),
        };
    }

    private async dependencies(given: pulumi.CustomResourceOptions["dependsOn"]): Promise<number[]> {
        const resolved: unknown = pulumi.Output.isInstance(given)
            ? await (given as unknown as OutputInternals).promise(false)
            : await given;
        const each = await Promise.all(
            [resolved].flat().map((one) => one as Promise<pulumi.Resource | undefined>),
        );
        return this.indices(each.filter((one) => one !== undefined));
    }

    /** A component stands for what is below it. */
    private indices(resources: readonly pulumi.Resource[]): number[] {
        const all = resources.flatMap((resource) => {
            const own = this.index.get(resource);
            return own === undefined ? this.below(resource) : [own];
        });
        return [...new Set(all)].sort((a, b) => a - b);
    }

    private below(component: pulumi.Resource): number[] {
        return [...this.index].flatMap(([resource, at]) => {
            let parent = this.all.get(resource)?.opts.parent;
            while (parent !== undefined && parent !== component) {
                parent = this.all.get(parent)?.opts.parent;
            }
            return parent === component ? [at] : [];
        });
    }
}
