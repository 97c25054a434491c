import * as is from "../validation/schema";

const PATH = is.textLike(/^\/?[^\s/][^\s]*$/, "a path without spaces");

export const modelSchema = is.fields({
    version: is.optional(is.text("a version such as '3'")),
    path: is.optional(PATH),
    format: is.optional(
        is.oneOf("a model format", [
            "huggingface",
            "onnx",
            "tensorrt",
            "pytorch",
            "triton",
            "sklearn",
            "xgboost",
            "lightgbm",
        ]),
    ),
    sizeGiB: is.optional(is.number(0.001, 100_000)),
});

export const datasetSchema = is.fields({
    path: is.optional(PATH),
    sizeGiB: is.optional(is.number(0, 100 * 1024 * 1024)),
});

/** A path without slashes at its ends. */
export function normalisePath(path: string): string {
    return path.replace(/^\/+|\/+$/g, "");
}
