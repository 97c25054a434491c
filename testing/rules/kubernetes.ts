import { isObject, stringAt, valueAt, type Values } from "../values";
import { verifyMetadata } from "./kubernetes/names";
import { verifyObject } from "./kubernetes/workloads";
import type { CloudConfig, Context, Rule } from "./types";

const release = "kubernetes:helm.sh/v3:Release";

/** Kinds that belong to no namespace; kinds whose name begins with Cluster do so too. */
const clusterScoped = new Set(
    (
        "Namespace Node PersistentVolume StorageClass CustomResourceDefinition PriorityClass RuntimeClass IngressClass " +
        "CSIDriver CSINode VolumeAttachment APIService MutatingWebhookConfiguration ValidatingWebhookConfiguration " +
        "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding DeviceClass ResourceSlice FlowSchema " +
        "PriorityLevelConfiguration CertificateSigningRequest GatewayClass ResourceFlavor Cohort Topology NodePool " +
        "EC2NodeClass NodeClass AKSNodeClass ComputeClass NodeFeatureRule WorkloadPriorityClass AdmissionCheck"
    ).split(" "),
);

function isClusterScoped(kind: string): boolean {
    return (
        clusterScoped.has(kind) || (kind.startsWith("Cluster") && kind !== "ClusterTriggerAuthenticationRef")
    );
}

/**
 * Properties whose change replaces an object, from pulumi-kubernetes provider/pkg/provider/diff.go
 * (forceNewProperties); the paths of selectors and volumes are covered by their parents.
 */
const forceNew: Readonly<Record<string, readonly string[]>> = {
    "apps/Deployment": ["spec.selector"],
    "apps/DaemonSet": ["spec.selector"],
    "apps/StatefulSet": [
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ],
    "batch/Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
    "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
    "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
    "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
    // Not `resources`: a claim grows in place (pulumi/pulumi-kubernetes#1705).
    "core/PersistentVolumeClaim": [
        "spec.accessModes",
        "spec.selector",
        "spec.storageClassName",
        "spec.volumeName",
    ],
    "core/Pod": ["spec"],
    "core/ResourceQuota": ["spec.scopes"],
    "core/Service": ["spec.clusterIP"],
};

function replaces(group: string, kind: string): (inputs: Values, config: CloudConfig) => readonly string[] {
    const own = forceNew[`${group}/${kind}`] ?? [];
    return (_, { provider }) => {
        const on = (key: string) => String(provider[key]) === "true";
        const data =
            group === "core" && kind === "ConfigMap" && !on("enableConfigMapMutable")
                ? ["data", "binaryData"]
                : group === "core" && kind === "Secret" && !on("enableSecretMutable")
                  ? ["data", "stringData", "type"]
                  : [];
        return ["metadata.name", "metadata.namespace", "apiVersion", "kind", ...own, ...data];
    };
}

function metadata(context: Context, kind: string): Values {
    const given = isObject(context.inputs.metadata) ? context.inputs.metadata : {};
    const previous = isObject(context.previous?.metadata) ? context.previous.metadata : undefined;
    const generation = typeof previous?.generation === "number" ? previous.generation + 1 : 1;
    return {
        ...(isClusterScoped(kind) ? {} : { namespace: context.config.namespace }),
        ...given,
        uid: context.uuid("uid"),
        resourceVersion: String(Number(context.digits("version", 6)) + generation),
        generation,
        creationTimestamp: stringAt(previous, "creationTimestamp") ?? context.now,
    };
}

/** What controllers report once an object is ready: the provider waits for that. */
function status(context: Context, kind: string): Values {
    const replicas = Number(valueAt(context.inputs, "spec.replicas") ?? 1);
    const completions = Number(valueAt(context.inputs, "spec.completions") ?? 1);
    const balanced = stringAt(context.inputs, "spec.type") === "LoadBalancer";
    const ingress = [{ hostname: `${context.hex("lb", 16)}.lb.example.internal`, ip: "203.0.113.20" }];
    switch (kind) {
        case "Deployment":
        case "StatefulSet":
        case "ReplicaSet":
            return {
                status: {
                    replicas,
                    readyReplicas: replicas,
                    availableReplicas: replicas,
                    updatedReplicas: replicas,
                },
            };
        case "Job":
            return { status: { succeeded: completions, conditions: [{ type: "Complete", status: "True" }] } };
        case "Service":
            return { status: { loadBalancer: balanced ? { ingress } : {} } };
        case "Ingress":
            return { status: { loadBalancer: { ingress } } };
        case "Namespace":
            return { status: { phase: "Active" } };
        case "PersistentVolumeClaim":
            return { status: { phase: "Bound" } };
        default:
            return {};
    }
}

function object(type: string): Rule {
    const [, apiVersion, kind] = type.split(":");
    const group = apiVersion.split("/")[0];
    return {
        source: "pulumi-kubernetes provider/pkg/provider/diff.go; Kubernetes API conventions and validation",
        replaces: replaces(group, kind),
        verify: (inputs) => [...verifyMetadata(inputs, kind), ...verifyObject(inputs, kind)],
        id: (context) => {
            const name = stringAt(context.inputs, "metadata.name") ?? context.name;
            const namespace = stringAt(context.inputs, "metadata.namespace") ?? context.config.namespace;
            return isClusterScoped(kind) ? name : `${namespace}/${name}`;
        },
        completes: (context) => ({
            metadata: metadata(context, kind),
            ...(kind === "Service"
                ? {
                      spec: {
                          clusterIP: `10.100.${parseInt(context.hex("ip", 2), 16)}.10`,
                          type: "ClusterIP",
                      },
                  }
                : {}),
        }),
        outputs: (context) => ({
            ...status(context, kind),
            ...(kind === "Secret" && isObject(context.inputs.stringData)
                ? { data: encoded(context.inputs) }
                : {}),
        }),
        takesAlong:
            kind === "Namespace" ? [{ type: "*", through: "metadata.namespace", by: "metadata.name" }] : [],
    };
}

/** The API server stores what was given as text in base64, beside what was base64 already. */
function encoded(inputs: Values): Values {
    const texts = Object.entries(inputs.stringData ?? {}).map(([key, value]) => [
        key,
        Buffer.from(String(value)).toString("base64"),
    ]);
    return { ...(isObject(inputs.data) ? inputs.data : {}), ...(Object.fromEntries(texts) as Values) };
}

const helmRelease: Rule = {
    source: "Helm release names (53 characters); pulumi-kubernetes helm_release.go",
    name: {
        property: "name",
        max: 53,
        pattern: /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/,
        say: "lower-case letters, digits, hyphens and dots",
        taken: () => "cannot re-use a name that is still in use",
    },
    replaces: ["name", "namespace"],
    id: (context) =>
        `${stringAt(context.inputs, "namespace") ?? context.config.namespace}/${context.physical}`,
    outputs: (context) => ({
        namespace: context.config.namespace,
        status: {
            name: context.physical,
            namespace: stringAt(context.inputs, "namespace") ?? context.config.namespace,
            chart: String(context.inputs.chart),
            version: stringAt(context.inputs, "version") ?? "0.0.0",
            appVersion: "",
            revision: 1,
            status: "deployed",
        },
        manifest: {},
        resourceNames: {},
    }),
};

const rules = new Map<string, Rule>([[release, helmRelease]]);

/** The rule of a Kubernetes type: all objects have one, custom resources included. */
export function kubernetesRule(type: string): Rule {
    let rule = rules.get(type);
    if (!rule) {
        rule = object(type);
        rules.set(type, rule);
    }
    return rule;
}
