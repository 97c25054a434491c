import * as pulumi from "@pulumi/pulumi";
import { Release } from "@pulumi/kubernetes/helm/v3";
import { ADD_ONS, type AddOnName, type AddOnsHandle, type AddOnsSpec, type ClusterHandle } from "../cloud";
import type { Scope } from "../scope";
import { ADD_ON_TABLE, type AddOnContext, type ChartRelease } from "./addOns";
import { sharedGateway } from "./gateway";

/** A chart with images of some GiB on fresh nodes. */
const TIMEOUT_SECONDS = 900;

/**
 * Installs add-ons as Helm releases, each after what it requires is ready, and all of them after the cluster's nodes
 * and network, so that they are also deleted before those.
 *
 * @throws RunError for an add-on that the cluster's cloud builds in
 */
export function addOns(spec: AddOnsSpec, cluster: ClusterHandle, scope: Scope): AddOnsHandle {
    refuseBuiltIn(spec.install, cluster);
    const inside = scope.using(cluster.provider).within("addon");
    const context: AddOnContext = {
        replicas: spec.replicas,
        region: cluster.region,
        clusterName: cluster.clusterName,
        registry: scope.site.zone.registry,
        // Cost tags alone: charts set the recommended labels themselves, and refuse them twice.
        labels: { ...scope.tags("kubernetes"), "barycenter/component": scope.name },
    };
    const installed = new Map<AddOnName, readonly pulumi.Resource[]>();
    const releases: Partial<Record<AddOnName, pulumi.Resource>> = {};
    const install = (name: AddOnName): readonly pulumi.Resource[] => {
        const known = installed.get(name);
        if (known || !spec.install.includes(name)) {
            return known ?? [];
        }
        const { requires, releases: charts } = ADD_ON_TABLE[name];
        const before: pulumi.Resource[] = [...cluster.ready, ...requires.flatMap(install)];
        const made: pulumi.Resource[] = [];
        for (const chart of charts) {
            made.push(releaseOf(chart, context, inside, [...before, ...made]));
        }
        releases[name] = made[made.length - 1];
        if (name === "gateway") {
            made.push(...Object.values(sharedGateway(spec.replicas, inside, made)));
        }
        installed.set(name, made);
        return made;
    };
    return { releases, ready: ADD_ONS.flatMap(install) };
}

function releaseOf(
    chart: ChartRelease,
    context: AddOnContext,
    scope: Scope,
    dependsOn: pulumi.Resource[],
): Release {
    return scope.child(
        chart.name,
        Release,
        {
            name: chart.name,
            chart: chart.chart,
            version: chart.version,
            namespace: chart.namespace,
            createNamespace: chart.namespace !== "kube-system",
            ...(chart.repository === undefined ? {} : { repositoryOpts: { repo: chart.repository } }),
            values: chart.values(context),
            // Webhooks must answer before the next chart's objects are sent to them (kserve/kserve#5037).
            skipAwait: false,
            waitForJobs: true,
            // A failed first install is removed, or every later one would find a release in the way.
            atomic: true,
            cleanupOnFail: true,
            timeout: TIMEOUT_SECONDS,
        },
        { dependsOn },
    );
}

function refuseBuiltIn(install: readonly AddOnName[], { cloud }: ClusterHandle): void {
    const wrong = install.filter((name) => !ADD_ON_TABLE[name].clouds.includes(cloud));
    if (wrong.length > 0) {
        throw new pulumi.RunError(
            `${wrong.join(" and ")} can't be installed on a cluster of ${cloud}, which has its own or can't use it: ` +
                `say 'off' for ${wrong.length === 1 ? "it" : "them"}`,
        );
    }
}
