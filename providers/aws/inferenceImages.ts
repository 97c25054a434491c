import * as pulumi from "@pulumi/pulumi";
import type { ManagedInferenceSpec } from "../cloud";
import { accelerator } from "../../placement/accelerators";
import type { Site } from "../site";
import { dnsSuffix, partition } from "./partition";

/** Account of AWS's deep learning images in most regions. */
const COMMON_REGISTRY = "763104351884";

/**
 * Accounts of AWS's deep learning images by region.
 * Source: aws/sagemaker-python-sdk sagemaker-core image_uri_config/vllm-server.json. A region that is absent has none.
 */
const REGISTRIES: Readonly<Record<string, string>> = {
    ...Object.fromEntries(
        [
            ...[
                "ap-northeast-1",
                "ap-northeast-2",
                "ap-south-1",
                "ap-southeast-1",
                "ap-southeast-2",
                "ca-central-1",
            ],
            ...["eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1"],
            ...["us-east-1", "us-east-2", "us-west-1", "us-west-2"],
        ].map((region) => [region, COMMON_REGISTRY]),
    ),
    "af-south-1": "626614931356",
    "ap-east-1": "871362719292",
    "ap-east-2": "975050140332",
    "ap-northeast-3": "364406365360",
    "ap-south-2": "772153158452",
    "ap-southeast-3": "907027046896",
    "ap-southeast-4": "457447274322",
    "ap-southeast-5": "550225433462",
    "ap-southeast-6": "633930458069",
    "ap-southeast-7": "590183813437",
    "ca-west-1": "204538143572",
    "cn-north-1": "727897471807",
    "cn-northwest-1": "727897471807",
    "eu-central-2": "380420809688",
    "eu-south-1": "692866216735",
    "eu-south-2": "503227376785",
    "il-central-1": "780543022126",
    "me-central-1": "914824155844",
    "me-south-1": "217643126080",
    "mx-central-1": "637423239942",
    "us-gov-east-1": "446045086412",
    "us-gov-west-1": "442386744353",
};

interface PinnedImage {
    readonly repository: string;
    readonly tag: string;
    /** Tag of the build without CUDA; absent where there is none. */
    readonly cpuTag?: string;
    /** Regions that have the registry but not this image. */
    readonly absent: readonly string[];
}

/**
 * Pinned images by server. Source: image_uri_config/{sagemaker-tritonserver,vllm-server,djl-lmi}.json and image_uris.py
 * of sagemaker-core 2.27.0.
 */
const IMAGES: Readonly<Record<"triton" | "vllm" | "huggingface", PinnedImage>> = {
    triton: {
        repository: "sagemaker-tritonserver",
        // Later ones are absent from China too.
        tag: "25.04-py3",
        cpuTag: "25.04-py3-cpu",
        absent: ["us-gov-east-1", "us-gov-west-1", "ap-southeast-6"],
    },
    vllm: { repository: "vllm", tag: "server-sagemaker-cuda-v2.4", absent: [] },
    // AWS's large-model container: it serves what KServe's Hugging Face server does.
    huggingface: {
        repository: "djl-inference",
        tag: "0.38.0-lmi29.0.0-cu130",
        absent: [],
    },
};

/** An image with where it is in ECR. */
export interface ServerImage {
    readonly uri: pulumi.Output<string>;
    /** ARN of its repository, for the role that pulls it. */
    readonly repositoryArn: pulumi.Output<string>;
}

/**
 * Image of a server on SageMaker: the user's, else the pinned one in the region's registry.
 *
 * @throws RunError when there is none, which {@link imageProblem} tells before
 */
export function serverImage(spec: ManagedInferenceSpec, site: Site): ServerImage {
    const uri = pulumi.output(spec.image ?? pinnedImage(spec, site));
    return { uri, repositoryArn: uri.apply(repositoryArn) };
}

/** Why a server has no image on SageMaker at this place and machine; undefined where it has one. */
export function imageProblem(spec: ManagedInferenceSpec, site: Site): string | undefined {
    if (spec.image !== undefined) {
        return typeof spec.image === "string" ? foreignImage(spec.image) : undefined;
    }
    if (spec.server === "custom") {
        // No cloud has one, so the component asks for it.
        return undefined;
    }
    const give = "give `image`, one in ECR that answers SageMaker's /ping and /invocations";
    if (pinnedImage(spec, site) === "") {
        return `AWS has no ${spec.server} image for SageMaker in ${site.region}: ${give}`;
    }
    const kind = spec.machine.accelerator && accelerator(spec.machine.accelerator).kind;
    if (kind === "neuron" || (kind === undefined && spec.server !== "triton")) {
        const machine = kind === "neuron" ? "Neuron devices" : "CPU";
        return `AWS's ${spec.server} image for SageMaker does not run on ${machine}: ${give}`;
    }
    return undefined;
}

/**
 * Address of a server's pinned image, in the landing zone's registry where that is one of ECR, else in AWS's; empty
 * where the region has none.
 */
function pinnedImage(
    { server, machine }: Pick<ManagedInferenceSpec, "server" | "machine">,
    { region, zone }: Site,
): string {
    const image = server === "custom" ? undefined : IMAGES[server];
    if (image === undefined) {
        return "";
    }
    const tag = machine.accelerator === undefined ? (image.cpuTag ?? image.tag) : image.tag;
    const name = `${image.repository}:${tag}`;
    if (zone.registry !== undefined && ECR_IMAGE.test(`${zone.registry}/${name}`)) {
        return `${zone.registry}/${name}`;
    }
    const registry = image.absent.includes(region) ? undefined : REGISTRIES[region];
    return registry === undefined ? "" : `${registry}.dkr.ecr.${region}.${dnsSuffix(region)}/${name}`;
}

const ECR_IMAGE = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[^/]+\/([^:@]+)/;

function foreignImage(image: string): string | undefined {
    return ECR_IMAGE.test(image)
        ? undefined
        : `SageMaker pulls images from ECR alone, '${image}' is elsewhere: copy it to ECR, or let a pull-through cache ` +
              "rule of ECR do so";
}

function repositoryArn(image: string): string {
    const match = ECR_IMAGE.exec(image);
    if (!match) {
        throw new pulumi.RunError(foreignImage(image) ?? "");
    }
    const [, account, region, repository] = match;
    return `arn:${partition(region!)}:ecr:${region}:${account}:repository/${repository}`;
}
