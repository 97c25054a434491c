import type { Output } from "@pulumi/pulumi";
import type { ModelSpec } from "../../providers/cloud";
import type { ModelStore } from "./modelStore";

/** A model in a store: what an `InferenceService` serves. Made by {@link ModelStore.model}. */
export class Model {
    /** URI in the form that KServe's storage initializer takes: `s3://`, `gs://`, `https://….blob.…` or `pvc://`. */
    readonly uri: Output<string>;

    /** @internal */
    constructor(
        readonly store: ModelStore,
        readonly name: string,
        readonly version: string,
        /** Path in the store, without slashes at its ends. */
        readonly path: string,
        readonly format: string,
        /** Size of the weights in GiB. */
        readonly sizeGiB: number,
    ) {
        this.uri = store.uri(path);
    }

    /** @internal */
    spec(): ModelSpec {
        return {
            name: this.name,
            version: this.version,
            format: this.format,
            sizeGiB: this.sizeGiB,
            path: this.path,
            store: this.store.handle,
        };
    }
}

/** Data in a store: what a `BatchJob` reads and writes. Made by {@link ModelStore.dataset}. */
export class Dataset {
    /** URI of the data. */
    readonly uri: Output<string>;

    /** @internal */
    constructor(
        readonly store: ModelStore,
        readonly name: string,
        /** Path in the store, without slashes at its ends. */
        readonly path: string,
        /** Size of the data in GiB. */
        readonly sizeGiB: number,
        /**
         * The program gives the size; else it is the store's.
         * @internal
         */
        readonly sized: boolean,
    ) {
        this.uri = store.uri(path);
    }
}

export function isModel(given: unknown): given is Model {
    return given instanceof Model;
}
