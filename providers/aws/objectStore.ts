import type { ObjectStoreHandle, ObjectStoreSpec } from "../cloud";
import type { Scope } from "../scope";
import { accountId } from "./account";
import { hardenedBucket } from "./bucket";
import { Children } from "./children";
import { keyArn, replicaKeyArn } from "./encryption";
import { replicate, type Replica } from "./replication";
import { storeHandle } from "./storeHandle";

/** A bucket at the site, and one in each region that wants a copy. */
export function objectStore(spec: ObjectStoreSpec, scope: Scope): ObjectStoreHandle {
    const children = new Children(scope);
    const place = { region: scope.site.region, account: accountId(scope) };
    const key = spec.encryptionKey;
    const source = hardenedBucket(
        spec,
        place.region,
        place.account,
        key === undefined ? undefined : keyArn(key, place),
        children,
    );
    const replicas = spec.replicas.map((region): Replica => ({
        region,
        ...hardenedBucket(
            spec,
            region,
            place.account,
            key === undefined ? undefined : replicaKeyArn(key, place, region),
            children.within(`replica-${region}`),
        ),
    }));
    const replication = replicas.length > 0 ? replicate(spec, source, replicas, place, children) : [];
    return storeHandle(
        {
            bucket: source.bucket.bucket,
            region: place.region,
            account: () => place.account,
            // Objects written before replication is on are never copied, so it comes first.
            ready: [...source.ready, ...replication],
            retainOnDelete: spec.retainOnDelete,
            ...(key === undefined ? {} : { encryptionKey: key }),
        },
        children.nodes,
    );
}
