import { accelerator as acceleratorNamed, type AcceleratorName } from "../../placement/accelerators";
import type { PoolInfo, ServerName } from "../../providers/cloud";
import type { Model } from "../modelStore";
import { show, type Problem } from "../validation/problem";

/** What a service does with its model. */
export interface ModelUse {
    readonly model: Model;
    readonly server: ServerName;
    readonly accelerators: readonly AcceleratorName[];
    /** Accelerators of one replica. */
    readonly count: number;
    /** Pools that may carry it, where they are known. */
    readonly pools?: readonly PoolInfo[];
    /** The user's own arguments may quantize or offload the weights. */
    readonly tuned: boolean;
}

/** Checks that the server reads the model's format and that the accelerators hold its weights. */
export function checkModel(use: ModelUse, problems: Problem[]): void {
    checkFormat(use, problems);
    // Triton and containers of the user's own may keep weights in the host's memory, or load a part of them.
    if (use.server === "vllm" || use.server === "huggingface") {
        checkWeights(use, problems);
    }
}

function checkFormat({ model, server }: ModelUse, problems: Problem[]): void {
    const { name, format } = model;
    if ((server === "vllm" || server === "huggingface") && format !== "huggingface") {
        problems.push({
            path: "model",
            message: `${show(name)} has the format ${format}; ${server} serves huggingface alone`,
        });
    }
    if (server === "triton" && format === "huggingface") {
        problems.push({
            path: "model",
            message:
                `${show(name)} has the format huggingface, which triton doesn't serve: put a model repository there ` +
                `and say so with store.model(${show(name)}, { format: 'triton' })`,
            warning: true,
        });
    }
}

function checkWeights({ model, accelerators, count, pools, tuned }: ModelUse, problems: Problem[]): void {
    const usable = accelerators.filter(
        (name) => pools === undefined || pools.some((pool) => pool.accelerator === name),
    );
    const tooSmall = usable.filter((name) => acceleratorNamed(name).memoryGiB * count < model.sizeGiB);
    if (tooSmall.length === 0) {
        return;
    }
    const memories = tooSmall.map(
        (name) => `${count} × ${name} has ${acceleratorNamed(name).memoryGiB * count} GiB`,
    );
    const none = tooSmall.length === usable.length;
    const largest = Math.max(...usable.map((name) => acceleratorNamed(name).memoryGiB));
    problems.push({
        path: "model",
        message:
            `${show(model.name)} has ${model.sizeGiB} GiB of weights, and ${memories.join(", ")}: take larger ` +
            `accelerators${none ? `, or \`acceleratorsPerReplica: ${Math.ceil(model.sizeGiB / largest)}\` at least` : ""}`,
        ...(none && !tuned ? {} : { warning: true as const }),
    });
}
