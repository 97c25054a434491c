import type * as pulumi from "@pulumi/pulumi";
import type { ObjectStoreHandle } from "../cloud";

/** What another Azure service must know of a store of ours, beyond the handle that all clouds share. */
export interface StoreAccount {
    /** ARM id of the storage account. */
    readonly id: pulumi.Input<string>;
    /** ARM id that roles on the account are assigned on; never at or below its lock. */
    readonly assignableAt: pulumi.Input<string>;
    /** Nobody reaches it but from the landing zone's subnets. */
    readonly closed: boolean;
}

const accounts = new WeakMap<ObjectStoreHandle, StoreAccount>();

export function rememberAccount(handle: ObjectStoreHandle, account: StoreAccount): ObjectStoreHandle {
    accounts.set(handle, account);
    return handle;
}

/** The account of a store of ours; undefined for an adopted one, whose network is its owner's. */
export function accountOf(handle: ObjectStoreHandle): StoreAccount | undefined {
    return accounts.get(handle);
}
