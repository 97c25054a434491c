import * as pulumi from "@pulumi/pulumi";
import type { GenericSchema } from "valibot";
import { loadCloud, siteProvider } from "../../providers";
import type { AccessMode, ObjectStoreHandle, PodAccess, Principal } from "../../providers/cloud";
import { Scope } from "../../providers/scope";
import { Component, unknownOutput } from "../component";
import { declare } from "../declaration";
import type { Declaration, Settings } from "../declared";
import { refuse } from "../planning";
import { show } from "../validation/problem";
import { check } from "../validation/schema";
import type { AdoptedModelStoreArgs, DatasetArgs, ModelArgs, ModelStoreArgs } from "./args";
import { adoptedStoreDemand, storeDemand } from "./demand";
import { filesIn } from "./files";
import { Dataset, Model } from "./model";
import {
    adoptedModelStoreSchema,
    modelStoreSchema,
    resolveAdopted,
    resolveStore,
    type StoreSpec,
} from "./resolve";
import { datasetSchema, isReferenceName, modelSchema, normalisePath, REFERENCE_NAME } from "./references";

/**
 * Where models and data are: an S3 bucket, a Cloud Storage bucket, a storage account with a container, or a
 * volume on plain Kubernetes. Private, encrypted, TLS only, versioned, with a lifecycle for old versions and failed
 * uploads.
 *
 * @example
 * ```ts
 * const weights = new ModelStore("weights", { sizeGiB: 400 });
 * const llama = weights.model("llama-3.1-8b", { version: "3", sizeGiB: 16 });
 * export const uri = llama.uri;
 * ```
 */
export class ModelStore extends Component {
    /** `s3://bucket`, `gs://bucket`, `https://account.blob.core.windows.net/container` or `pvc://claim`. */
    readonly url: pulumi.Output<string>;
    /** Bucket, `account/container`, or claim. */
    readonly bucket: pulumi.Output<string>;
    /**
     * Statements that the owner of an adopted store in another account must add, in that cloud's own form; empty
     * where there is nothing to add.
     */
    readonly ownerPolicy: pulumi.Output<string>;
    /** What it holds, in GiB. */
    readonly sizeGiB: number;

    private readonly state?: {
        readonly handle: ObjectStoreHandle;
        readonly settings: Settings;
    };

    /**
     * A store that exists already. It is never changed or deleted, and none of it enters this stack's state.
     *
     * @throws InvalidComponentError listing every problem of the arguments
     */
    static adopt(
        name: string,
        args: AdoptedModelStoreArgs,
        opts?: pulumi.ComponentResourceOptions,
    ): ModelStore {
        return new ModelStore(name, { ...args, [ADOPTED]: true } as unknown as ModelStoreArgs, opts);
    }

    /** @throws InvalidComponentError listing every problem of the arguments */
    constructor(name: string, args: ModelStoreArgs = {}, opts?: pulumi.ComponentResourceOptions) {
        const declaration = declareStore(name, args, opts?.parent);
        super("ModelStore", name, declaration, opts);
        if (!declaration.valid) {
            this.url = this.bucket = this.ownerPolicy = unknownOutput();
            this.sizeGiB = 0;
            this.registerOutputs({});
            return;
        }
        const { spec, settings } = declaration.valid;
        const scope = this.scope(name, settings);
        const cloud = loadCloud(settings.site.cloud);
        const handle =
            spec.kind === "adopted"
                ? cloud.adoptObjectStore(spec.store, scope)
                : cloud.objectStore(spec.store, scope);
        this.checkCustomizers("ModelStore", name, scope);
        this.state = { handle, settings };
        this.url = handle.url;
        this.bucket = handle.bucket;
        this.ownerPolicy = handle.ownerPolicy ?? pulumi.output("");
        this.sizeGiB = spec.sizeGiB;
        this.registerOutputs({
            cloud: settings.site.cloud,
            region: settings.site.region,
            url: this.url,
            bucket: this.bucket,
            ownerPolicy: this.ownerPolicy,
            protect: settings.protect,
            tags: scope.tags(),
            ...(this.monthlyCost ? { monthlyCost: this.monthlyCost } : {}),
        });
    }

    /** The raw resources, by child suffix. Typed for one cloud by `barycenter/aws` and its siblings. */
    get nodes(): Readonly<Record<string, pulumi.Resource>> {
        return this.state?.handle.nodes ?? {};
    }

    /** @internal */
    get handle(): ObjectStoreHandle {
        if (!this.state) {
            throw new Error("a store that was refused has no handle");
        }
        return this.state.handle;
    }

    /**
     * Provider of this store's account, where it isn't the default one.
     * @internal
     */
    get storeProvider(): pulumi.ProviderResource | undefined {
        return this.site && (this.site.provider ?? siteProvider(this.site));
    }

    /**
     * A typed reference to a model in this store. Creates nothing.
     *
     * @throws InvalidComponentError listing every problem of the arguments
     */
    model(name: string, args: ModelArgs = {}): Model {
        const sound = this.checkReference("model", name, modelSchema, args);
        const { version = "1", path, format = "huggingface", sizeGiB = 16 } = sound ? args : {};
        return new Model(
            this,
            name,
            version,
            normalisePath(path ?? `models/${name}/${version}`),
            format,
            sizeGiB,
        );
    }

    /**
     * A typed reference to data in this store. Creates nothing.
     *
     * @throws InvalidComponentError listing every problem of the arguments
     */
    dataset(name: string, args: DatasetArgs = {}): Dataset {
        const sound = this.checkReference("dataset", name, datasetSchema, args);
        const { path, sizeGiB } = sound ? args : {};
        const own = normalisePath(path ?? `datasets/${name}`);
        return new Dataset(this, name, own, sizeGiB ?? this.sizeGiB, sizeGiB !== undefined);
    }

    /** URI of a path in this store, in the form that KServe's storage initializer takes. */
    uri(path: string): pulumi.Output<string> {
        return this.state ? this.state.handle.uri(normalisePath(path)) : unknownOutput();
    }

    /** URI of a path in this store, in the form that Triton's `--model-repository` takes. */
    tritonUri(path: string): pulumi.Output<string> {
        return this.state ? this.state.handle.tritonUri(normalisePath(path)) : unknownOutput();
    }

    /**
     * Gives a principal of this store's cloud the least privilege on a prefix. The grant belongs to the parent, not
     * to the store, so a store and a workload that each need the other can be declared in any order.
     *
     * @param mode `read`, `write` (which includes deleting) or `readWrite`
     * @returns what the workload needs before it is registered: environment, files, volumes, dependencies
     */
    access(
        principal: Principal,
        mode: AccessMode,
        options: { parent: pulumi.ComponentResource; name: string; prefix?: string },
    ): PodAccess {
        if (!this.state) {
            throw new Error("a store that was refused grants nothing");
        }
        const { settings, handle } = this.state;
        const provider = this.storeProvider;
        const scope = Scope.of(options.parent, options.name, {
            site: settings.site,
            tier: settings.tier,
            tags: settings.tags,
            protect: false,
            ...(provider ? { provider } : {}),
        });
        return handle.grant(principal, [{ mode, prefix: normalisePath(options.prefix ?? "") }], scope);
    }

    /**
     * Puts the files of a local folder into the store, one resource a file, replaced when the content changes.
     * Meant for models of a few GiB; larger ones are copied faster with the cloud's own tool.
     *
     * @param to path in the store
     * @returns the objects, to be waited for with `dependsOn`
     * @throws RunError when the folder doesn't exist or is empty
     */
    upload(folder: string, options: { to: string }): readonly pulumi.Resource[] {
        if (!this.state) {
            return [];
        }
        const scope = this.scope(this.resourceName, this.state.settings).within("upload");
        return this.state.handle.upload(filesIn(folder, normalisePath(options.to)), scope);
    }

    /** Whether a reference's arguments can be used; false only while the program is planned. */
    private checkReference(kind: string, name: string, schema: GenericSchema, args: unknown): boolean {
        const problems = check(schema, args);
        if (!isReferenceName(name)) {
            problems.unshift({ path: "", message: `${show(name)} is not a name of ${REFERENCE_NAME}` });
        }
        if (problems.length > 0) {
            refuse(`${kind} ${show(name)}`, problems, this);
        }
        return problems.length === 0;
    }
}

/** True for a ModelStore of any copy of this package. */
export function isModelStore(given: unknown): given is ModelStore {
    return (
        pulumi.Resource.isInstance(given) &&
        (given as unknown as { __pulumiType?: string }).__pulumiType === "barycenter:index:ModelStore"
    );
}

/** Tells the arguments of `adopt` from those of the constructor. */
const ADOPTED = Symbol("adopted");

function declareStore(
    name: string,
    args: ModelStoreArgs,
    parent: pulumi.Resource | undefined,
): Declaration<StoreSpec> {
    if (typeof args === "object" && args !== null && ADOPTED in args) {
        const { [ADOPTED]: _, ...adopted } = args as unknown as AdoptedModelStoreArgs & {
            [ADOPTED]: boolean;
        };
        return declare<AdoptedModelStoreArgs, StoreSpec>("ModelStore", name, adopted, {
            schema: adoptedModelStoreSchema,
            parent,
            existing: true,
            demand: adoptedStoreDemand,
            resolve: resolveAdopted,
            describe: (spec) => ({ ...spec.store, adopted: true }),
        });
    }
    return declare<ModelStoreArgs, StoreSpec>("ModelStore", name, args, {
        schema: modelStoreSchema,
        parent,
        demand: storeDemand,
        resolve: resolveStore,
        describe: (spec) => ({ ...spec.store }),
    });
}
