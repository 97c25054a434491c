import { isIP } from "node:net";
import { ADD_ONS, type ClusterReference } from "../../providers/cloud";
import { commonFields } from "../declaration";
import * as is from "../validation/schema";
import { poolsSchema } from "./pools";

const CIDR = is.textThat(isCidr, "a CIDR block such as '203.0.113.0/24'");

const addOnsSchema = is.fields(
    Object.fromEntries(
        ADD_ONS.map((name) => [name, is.optional(is.oneOf("a mode", ["install", "present", "off"]))]),
    ),
);

export const gpuClusterSchema = is.fields({
    ...commonFields,
    pools: poolsSchema,
    version: is.optional(is.textLike(/^1\.\d{2}$/, "a Kubernetes minor version such as '1.34'")),
    network: is.optional(
        is.fields({
            network: is.input(is.text()),
            subnets: is.listOf(is.input(is.text())),
            podRange: is.optional(is.input(is.text())),
            serviceRange: is.optional(is.input(is.text())),
        }),
    ),
    networkCidr: is.optional(CIDR),
    controlPlane: is.optional(
        is.either((given) =>
            typeof given === "string"
                ? is.oneOf("an access to the control plane", ["private"], "{ allow: [CIDR blocks] }")
                : is.fields({ allow: is.listOf(CIDR) }),
        ),
    ),
    system: is.optional(
        is.fields({
            vcpu: is.optional(is.integer(2, 64)),
            memoryGiB: is.optional(is.number(4, 512)),
            min: is.optional(is.integer(1, 100)),
            max: is.optional(is.integer(1, 100)),
        }),
    ),
    addOns: is.optional(addOnsSchema),
    admins: is.optional(is.listOf(is.input(is.text("a principal")))),
    encryptionKey: is.optional(is.input(is.text())),
    kubeconfig: is.optional(is.input(is.text())),
    issuer: is.optional(is.input(is.text())),
});

export const adoptedGpuClusterSchema = is.fields({
    ...commonFields,
    reference: is.optional(is.input(is.instance(isReference, "the `reference` output of a GpuCluster"))),
    clusterName: is.optional(is.text("a cluster name")),
    resourceGroup: is.optional(is.text("a resource group")),
    kubeconfig: is.optional(is.input(is.text())),
    issuer: is.optional(is.input(is.text())),
    existingPools: is.optional(poolsSchema),
    pools: is.optional(poolsSchema),
    subnets: is.optional(is.listOf(is.input(is.text()))),
    nodeRole: is.optional(is.input(is.text())),
    addOns: is.optional(addOnsSchema),
});

function isReference(given: unknown): given is ClusterReference {
    return typeof given === "object" && given !== null && "version" in given && "cloud" in given;
}

function isCidr(block: string): boolean {
    const [address = "", length = "", ...rest] = block.split("/");
    return isIP(address) === 4 && /^\d{1,2}$/.test(length) && Number(length) <= 32 && rest.length === 0;
}
