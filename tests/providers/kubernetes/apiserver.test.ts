import * as path from "node:path";
import type { BatchJobSpec, ClusterInferenceSpec, PodAccess } from "../../../providers/cloud";
import { cloud, orchestrator } from "../../../providers/kubernetes";
import { ApiServer, type KubernetesObject } from "../../support/engine/apiserver";
import { requireApiServer, requireCrds } from "../../support/engine/require";
import { clusterOf, L4_POOL, record, scopeOf, SERVICE, workload, type Recording } from "./support";

const FOREIGN: Partial<PodAccess> = {
    environment: [{ name: "GOOGLE_APPLICATION_CREDENTIALS", value: "/var/run/secrets/gcp/config.json" }],
    tokens: [
        { path: "/var/run/secrets/gcp/token", audience: "//iam.googleapis.com/pool" },
        { path: "/var/run/secrets/aws/token", audience: "sts.amazonaws.com" },
    ],
    files: [
        { path: "/var/run/secrets/gcp/config.json", content: "{}" },
        { path: "/etc/aws/config", content: "[default]" },
    ],
    podLabels: { "azure.workload.identity/use": "true" },
    serviceAccountAnnotations: { "azure.workload.identity/client-id": "id" },
};
const VOLUMES: Partial<PodAccess> = {
    claims: [
        { claim: "data", path: "/mnt/data/in", readOnly: true, subPath: "in" },
        { claim: "data", path: "/mnt/data/out", readOnly: false, subPath: "out" },
    ],
};
const JOB: BatchJobSpec = {
    namespace: "default",
    image: "score:1",
    args: [],
    environment: [{ name: "TOKEN", secret: { name: "api", key: "token" } }],
    accelerators: ["L4", "T4"],
    resources: { cpu: "6", memory: "24Gi", accelerators: 1 },
    timeZone: "Europe/Berlin",
    parallelism: 4,
    completions: 64,
    retries: 3,
    deadlineSeconds: 7200,
    keepFinishedSeconds: 3600,
    spotTolerant: true,
};

/** A cluster with every kind of pool that a placement tells apart. */
const pools = [
    { ...L4_POOL, acceleratorsPerNode: 4, vcpu: 48, memoryGiB: 192, spot: true, onDemandBase: 1 },
    { ...L4_POOL, name: "t4", accelerator: "T4" as const, nodeSelector: { "barycenter/pool": "t4" } },
];

const serve = (spec: Partial<ClusterInferenceSpec>, access: Partial<PodAccess> = {}) =>
    record((recording) => {
        orchestrator.inference(
            { ...SERVICE, ...spec },
            workload(access),
            clusterOf({ pools }),
            scopeOf(recording),
        );
    });

const run = (spec: Partial<BatchJobSpec>, access: Partial<PodAccess> = {}) =>
    record((recording) => {
        orchestrator.batchJob(
            { ...JOB, ...spec },
            workload(access),
            clusterOf({ pools }),
            scopeOf(recording),
        );
    });

const CASES: Record<string, () => Promise<Recording>> = {
    "a service with another cloud's identity": () => serve({}, FOREIGN),
    "a service over several accelerators on the internet": () =>
        serve({
            accelerators: ["L4", "T4"],
            resources: { cpu: "12", memory: "48Gi", accelerators: 2 },
            expose: "internet",
            hostname: "chat.example.com",
        }),
    "a service in the network": () => serve({ server: "triton", expose: "internal" }),
    "a service that reads a volume": () => serve({ server: "huggingface" }, VOLUMES),
    "a service on the CPU": () =>
        serve({
            server: "triton",
            accelerators: [],
            resources: { cpu: "500m", memory: "512Mi", accelerators: 0 },
            scaling: { min: 2, max: 4, metric: "cpu", target: 70 },
        }),
    "a custom container without scaling": () =>
        serve({ server: "custom", image: "mine:1", scaling: { min: 1, max: 1, metric: "cpu", target: 70 } }),
    "a service that scales to zero": () =>
        serve({ scaling: { min: 0, max: 2, metric: "concurrency", target: 4 } }),
    "a service that scales to zero on the internet": () =>
        serve({
            scaling: { min: 0, max: 2, metric: "requestsPerSecond", target: 5 },
            expose: "internet",
            hostname: "chat.example.com",
        }),
    "a sharded job with another cloud's identity": () => run({}, FOREIGN),
    "a job that reads and writes a volume": () => run({ completions: 1, parallelism: 1 }, VOLUMES),
    "a scheduled job that can't be evicted": () => run({ schedule: "0 2 * * *", spotTolerant: false }),
    "a volume": () =>
        record((recording) => {
            const scope = scopeOf(recording, { name: "weights", cloud: "kubernetes", region: "edge" });
            cloud.objectStore(
                {
                    sizeGiB: 99.5,
                    keepVersionsDays: 7,
                    abortUploadDays: 7,
                    replicas: [],
                    forceDestroy: false,
                    retainOnDelete: false,
                    namespace: "default",
                },
                scope,
            );
        }),
    "the shared gateway's class and gateway": () =>
        record((recording) => {
            orchestrator.addOns({ install: ["gateway"], replicas: 2 }, clusterOf(), scopeOf(recording));
        }),
};

/** Not objects, or of Envoy Gateway, whose definitions tests don't have. */
const NO_OBJECT = /^(pulumi|test|barycenter):|^kubernetes:(helm\.sh|gateway\.envoyproxy\.io)\//;

function objectsOf({ resources }: Recording): KubernetesObject[] {
    return resources
        .filter(({ type }) => !NO_OBJECT.test(type))
        .map(({ name, inputs }) => {
            const metadata = { ...inputs.metadata, name: inputs.metadata.name ?? name };
            // Add-ons' namespaces are made by their charts.
            return {
                ...inputs,
                metadata: { ...metadata, ...(metadata.namespace ? { namespace: "default" } : {}) },
            };
        }) as unknown as KubernetesObject[];
}

describe("a real API server", function () {
    this.timeout(120_000);
    let server: ApiServer | undefined;

    before(async function () {
        requireApiServer(this);
        const folder = requireCrds(this);
        server = await ApiServer.start();
        for (const name of ["kserve", "keda", "keda-http", "gateway-api", "prometheus-operator"]) {
            await server.loadCrds(path.join(folder, name));
        }
    });

    after(() => server?.stop());

    for (const [what, program] of Object.entries(CASES)) {
        it(`accepts ${what}`, async () => {
            await server?.apply(objectsOf(await program()), { dryRun: true });
        });
    }
});
