/**
 * Quotas that a plan needs when it is scaled out. New accounts often have none for accelerators.
 */
import type { Placeable } from "./demand";
import type { Offer } from "./pricing/lines";
import { formatSite, type SiteId } from "./site";

export interface Quota {
    readonly site: string;
    /** The quota as its cloud calls it. */
    readonly name: string;
    readonly amount: number;
    readonly unit: string;
    /** Command that shows the account's limit. */
    readonly command: string;
}

interface Use {
    readonly placeable: Placeable;
    readonly site: SiteId;
    readonly offer: Offer;
}

type Machine = Offer["machines"][number];

/** The quotas of all placed components, summed up by site and name. */
export function quotasOf(uses: readonly Use[]): Quota[] {
    const sums = new Map<string, Quota>();
    for (const { placeable, site, offer } of uses) {
        for (const machine of offer.machines) {
            const quota = quotaOf(machine, site, placeable.kind === "service");
            if (quota) {
                const key = `${quota.site} ${quota.name}`;
                const known = sums.get(key);
                sums.set(key, { ...quota, amount: quota.amount + (known?.amount ?? 0) });
            }
        }
    }
    return [...sums.values()].sort((a, b) => (`${a.site} ${a.name}` < `${b.site} ${b.name}` ? -1 : 1));
}

function quotaOf(machine: Machine, site: SiteId, managed: boolean): Quota | undefined {
    switch (site.cloud) {
        case "aws":
            return managed ? sageMakerQuota(machine, site) : ec2Quota(machine, site);
        case "gcp":
            return gcpQuota(machine, site, managed);
        case "azure":
            return azureQuota(machine, site, managed);
        default:
            return undefined;
    }
}

/**
 * EC2 counts vCPU by groups of families, on demand and spot apart. Codes as Service Quotas lists them (2026-11).
 */
const EC2_QUOTAS: readonly (readonly [family: RegExp, group: string, onDemand: string, spot: string])[] = [
    [/^(g|vt)\d/, "G and VT", "L-DB2E81BA", "L-3819A6DF"],
    [/^p\d/, "P", "L-417A185B", "L-7212CCBC"],
    [/^inf/, "Inf", "L-1945791B", "L-B5D1601B"],
    [/^trn/, "Trn", "L-2C3B7624", "L-6B0D517C"],
    [/^[a-z]/, "Standard (A, C, D, H, I, M, R, T, Z)", "L-1216C47A", "L-34B43A08"],
];

function ec2Quota({ type, most, spot, vcpu }: Machine, site: SiteId): Quota | undefined {
    const [, group, onDemandCode, spotCode] = EC2_QUOTAS.find(([family]) => family.test(type)) ?? [];
    const code = spot ? spotCode : onDemandCode;
    return {
        site: formatSite(site),
        name: spot ? `All ${group} Spot Instance Requests` : `Running On-Demand ${group} instances`,
        amount: most * vcpu,
        unit: "vCPU",
        command: `aws service-quotas get-service-quota --service-code ec2 --quota-code ${code} --region ${site.region}`,
    };
}

function sageMakerQuota({ type, most }: Machine, site: SiteId): Quota {
    const name = `ml.${type} for endpoint usage`;
    return {
        site: formatSite(site),
        name,
        amount: Math.ceil(most),
        unit: "instances",
        command: `aws service-quotas list-service-quotas --service-code sagemaker --region ${site.region} --query "Quotas[?QuotaName=='${name}'].Value"`,
    };
}

/** Compute Engine's regional metrics of accelerators (2026-11); what is not here is counted in CPUs. */
const GCP_METRIC: Readonly<Record<string, string>> = {
    T4: "NVIDIA_T4_GPUS",
    L4: "NVIDIA_L4_GPUS",
    "A100-40GB": "NVIDIA_A100_GPUS",
    "A100-80GB": "NVIDIA_A100_80GB_GPUS",
    H100: "NVIDIA_H100_GPUS",
};

function gcpQuota({ most, spot, vcpu, accelerator, count }: Machine, site: SiteId, managed: boolean): Quota {
    const { region } = site;
    if (managed) {
        const kind =
            accelerator === undefined
                ? "cpus"
                : `nvidia_${accelerator.toLowerCase().replaceAll("-", "_")}_gpus`;
        return {
            site: formatSite(site),
            name: `custom_model_serving_${kind}`,
            amount: Math.ceil(most) * (accelerator === undefined ? vcpu : count),
            unit: accelerator === undefined ? "vCPU" : "accelerators",
            command: `gcloud alpha services quota list --service=aiplatform.googleapis.com --consumer=projects/PROJECT --filter="metric:custom_model_serving_${kind}"`,
        };
    }
    if (accelerator?.startsWith("tpu")) {
        return {
            site: formatSite(site),
            name: `${spot ? "preemptible " : ""}${accelerator === "tpu-v6e" ? "TPU v6e" : "TPU v5 lite PodSlice"} chips`,
            amount: most * count,
            unit: "chips",
            command: `gcloud alpha services quota list --service=tpu.googleapis.com --consumer=projects/PROJECT`,
        };
    }
    const metric =
        accelerator === undefined
            ? "CPUS"
            : (GCP_METRIC[accelerator] ?? `GPUS_PER_GPU_FAMILY ${accelerator}`);
    return {
        site: formatSite(site),
        name: spot ? `PREEMPTIBLE_${metric}` : metric,
        amount: most * (accelerator === undefined ? vcpu : count),
        unit: accelerator === undefined ? "vCPU" : "accelerators",
        command: `gcloud compute regions describe ${region} --flatten=quotas --format="table(quotas.metric,quotas.limit,quotas.usage)"`,
    };
}

function azureQuota({ type, most, spot, vcpu }: Machine, site: SiteId, managed: boolean): Quota {
    return {
        site: formatSite(site),
        name: spot ? "Total Regional Low-priority vCPUs" : `vCPUs of the family of ${type}`,
        amount: Math.ceil(most) * vcpu,
        unit: "vCPU",
        command: managed
            ? `az ml compute list-usage --location ${site.region}`
            : `az vm list-usage --location ${site.region} --output table`,
    };
}
