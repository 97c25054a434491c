import type { ClusterReference } from "../../providers/concepts/cluster";
import { assertSucceeded } from "../support/engine/assertions";
import type { Engine } from "../support/engine/workspace";
import type { Case } from "./catalogue";

/** What the platform team's stack exports: the cluster that bring-your-own runs on. */
const REFERENCES: Partial<Record<Case["cloud"], Partial<ClusterReference>>> = {
    aws: {
        region: "eu-west-1",
        id: "arn:aws:eks:eu-west-1:123456789012:cluster/shared",
        issuer: "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF",
        account: "123456789012",
    },
    gcp: {
        region: "europe-west4",
        id: "projects/example-project/locations/europe-west4/clusters/shared",
        issuer: "https://container.googleapis.com/v1/projects/example-project/locations/europe-west4/clusters/shared",
        account: "example-project",
    },
    azure: {
        region: "westeurope",
        id: "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/platform/providers/Microsoft.ContainerService/managedClusters/shared",
        issuer: "https://westeurope.oic.prod-aks.azure.com/tenant/id/",
        account: "00000000-0000-0000-0000-000000000001",
        resourceGroup: "platform",
    },
};

function referenceOn(cloud: Case["cloud"]): ClusterReference {
    return {
        version: 1,
        cloud,
        region: "",
        name: "shared",
        id: "",
        endpoint: "https://shared.example.com",
        certificateAuthority: "Y2VydGlmaWNhdGU=",
        issuer: "",
        account: "",
        pools: [
            {
                name: "chat",
                accelerator: cloud === "azure" ? "T4" : "L4",
                acceleratorsPerNode: 1,
                vcpu: 8,
                memoryGiB: 32,
                min: 0,
                max: 4,
                spot: false,
                onDemandBase: 0,
                nodeSelector: { "barycenter/pool": "chat" },
                taints: [{ key: "nvidia.com/gpu", effect: "NoSchedule" }],
                resourceName: "nvidia.com/gpu",
            },
        ],
        addOns: ["kserve", "keda", "metrics", "gateway"],
        kubeconfig: JSON.stringify({
            apiVersion: "v1",
            kind: "Config",
            clusters: [],
            contexts: [],
            users: [],
        }),
        ...REFERENCES[cloud],
    };
}

/** Brings up the platform team's stack, which bring-your-own refers to. */
export async function platformStack(engine: Engine, cloud: Case["cloud"]): Promise<void> {
    const platform = await engine.inline("platform", "production", async () => ({
        clusterReference: referenceOn(cloud),
    }));
    assertSucceeded(await platform.up());
}
