import * as is from "../validation/schema";

/** `*`, `?` and `$` are wildcards and variables in the policies that give access to a path. */
const PATH = is.textThat(
    (given) =>
        /^\/?[^\s/*?$][^\s*?$]*$/.test(given) && !given.split("/").some((part) => /^\.\.?$/.test(part)),
    "a path without spaces, '..' and any of * ? $",
);

/** Names and versions are parts of a path. */
export const REFERENCE_NAME = "letters, digits, '.', '-' and '_'; a longer path goes into `path`";

export function isReferenceName(given: unknown): given is string {
    return typeof given === "string" && /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(given);
}

export const modelSchema = is.fields({
    version: is.optional(is.instance(isReferenceName, "a version such as '3'")),
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
