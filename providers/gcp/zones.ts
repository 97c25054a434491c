import * as compute from "@pulumi/gcp/compute";
import * as pulumi from "@pulumi/pulumi";
import type { PoolSpec } from "../concepts/cluster";
import type { Scope } from "../scope";
import { invokeOptions } from "./context";

/**
 * Zones for a pool whose program names none: those of the region that have its machine type.
 *
 * GKE puts a pool into the cluster's zones and fails when one of them lacks the machine. No published table of zones
 * is kept up to date (the last one found is of 2023), so the question goes to Compute Engine itself, and the answer
 * counts when the pool is made: the caller ignores later changes, so a zone that opens moves nothing.
 *
 * The machine type carries the accelerator, except on N1, which every zone has and T4 only some: for those the list
 * below, of tools/acceleratortypezone.csv in Cyclenerd/google-cloud-pricing-cost-calculator.
 *
 * @returns undefined for the cluster's own zones
 * @throws RunError once the answer is known, where no zone has the machine type
 */
export function poolZones(
    pool: PoolSpec,
    project: pulumi.Output<string>,
    scope: Scope,
    services: readonly pulumi.Resource[],
): pulumi.Output<string[]> | undefined {
    if (pool.accelerator === undefined) {
        return undefined;
    }
    if (pool.accelerator === "T4") {
        const { region } = scope.site;
        return pulumi.output((T4_ZONES[region] ?? "").split("").map((zone) => `${region}-${zone}`));
    }
    const options = { ...invokeOptions(scope), dependsOn: [...services] };
    return compute
        .getZonesOutput({ project, region: scope.site.region, status: "UP" }, options)
        .names.apply((zones) =>
            pulumi.all(
                zones.map((zone) =>
                    compute
                        .getMachineTypesOutput(
                            { project, zone, filter: `name = "${pool.machineType}"` },
                            options,
                        )
                        .machineTypes.apply((types) =>
                            // A test's mocks may answer without any: then nothing speaks against the zone.
                            (types ?? [{ name: pool.machineType }]).some(
                                (type) => type.name === pool.machineType,
                            )
                                ? [zone]
                                : [],
                        ),
                ),
            ),
        )
        .apply((found) => {
            const zones = found.flat().sort();
            if (zones.length === 0) {
                throw new pulumi.RunError(
                    `no zone of ${scope.site.region} has ${pool.machineType}, the machine of ` +
                        `'${scope.name}' pool '${pool.name}': choose another region or accelerator, or name its zones`,
                );
            }
            return zones;
        });
}

/** Regions with T4. */
export function regionsWithT4(): string[] {
    return Object.keys(T4_ZONES);
}

/** Letters of the zones with T4, by region. A region that is absent is refused before (see `clusterProblems`). */
const T4_ZONES: Readonly<Record<string, string>> = {
    "asia-east1": "ac",
    "asia-east2": "ac",
    "asia-northeast1": "ac",
    "asia-northeast3": "bc",
    "asia-south1": "abc",
    "asia-southeast1": "abc",
    "asia-southeast2": "ab",
    "australia-southeast1": "ac",
    "europe-central2": "bc",
    "europe-west1": "bcd",
    "europe-west2": "ab",
    "europe-west3": "b",
    "europe-west4": "abc",
    "me-west1": "bc",
    "northamerica-northeast1": "c",
    "southamerica-east1": "ac",
    "us-central1": "abcf",
    "us-east1": "cd",
    "us-east4": "abc",
    "us-west1": "ab",
    "us-west2": "bc",
    "us-west3": "b",
    "us-west4": "ab",
};
